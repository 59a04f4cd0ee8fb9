import { DomainError } from '../errors.ts';

/** Where a request names a time zone, in a field `timeZone`. */
type Place = 'body' | 'body.definition' | 'query';

/** Names that ICU, and so Node, accepts but IANA's database does not have: its `BST` is the time of Dhaka (test262). */
const icuAlone = [
  ...['act', 'aet', 'agt', 'art', 'ast', 'bet', 'bst', 'cat', 'cnt', 'cst', 'ctt', 'eat', 'ect', 'iet', 'ist', 'jst'],
  ...['mit', 'net', 'nst', 'plt', 'pnt', 'prt', 'pst', 'sst', 'vst', 'us/pacific-new', 'canada/east-saskatchewan'],
];
/** IANA's abbreviations of a fixed offset, which are easily mistaken: EST in July. `Etc/GMT+5` is unambiguous. */
const fixed = ['est', 'hst', 'mst'];
const misleading = new Set([...icuAlone, ...fixed]);

/** IANA names that are not spelled like words. */
const irregular = new Map(
  [
    ...['America/Argentina/ComodRivadavia', 'America/Knox_IN', 'Antarctica/DumontDUrville', 'Antarctica/McMurdo'],
    ...['Australia/ACT', 'Australia/LHI', 'Australia/NSW', 'Brazil/DeNoronha', 'Chile/EasterIsland', 'Etc/UCT'],
    ...['Etc/UTC', 'GB', 'GB-Eire', 'Mexico/BajaNorte', 'Mexico/BajaSur', 'NZ', 'NZ-CHAT', 'PRC', 'ROC', 'ROK', 'UCT'],
    ...['UTC', 'W-SU', 'CET', 'EET', 'MET', 'WET', 'CST6CDT', 'EST5EDT', 'MST7MDT', 'PST8PDT'],
  ].map((name) => [name.toLowerCase(), name]),
);

/** Returns a name in IANA's spelling. */
const inItsCase = (name: string): string => {
  const lower = name.toLowerCase();
  const words = lower.replace(/[a-z]+/g, (word) =>
    ['au', 'es', 'of'].includes(word) ? word : word.charAt(0).toUpperCase() + word.slice(1),
  );
  return irregular.get(lower) ?? words.replace(/^Us(?=\/)|\bGmt(?![a-z])/, (part) => part.toUpperCase());
};

/**
 * Checks the time zone that a request names and returns it in IANA's spelling. Aliases are kept: both `Europe/Kiev` and
 * `Europe/Kyiv` (ECMA-402, AvailableNamedTimeZoneIdentifiers).
 * @throws DomainError `invalid_time_zone` for an offset, for a name that is not in IANA's database, and for one missing
 *   in Node's copy of it
 */
export const knownTimeZone = (timeZone: string, place: Place = 'body'): string => {
  const lower = timeZone.toLowerCase();
  if (!/^[a-z]/.test(lower) || lower.startsWith('systemv/') || misleading.has(lower)) throw noSuchZone(place);
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch (cause) {
    throw noSuchZone(place, cause);
  }
  return inItsCase(timeZone);
};

const noSuchZone = (place: Place, cause?: unknown): DomainError =>
  new DomainError('invalid', 'invalid_time_zone', 'The time zone is not a known IANA time zone.', {
    fields: [
      {
        path: `${place}.timeZone`,
        code: 'invalid_time_zone',
        message: 'must be an IANA time zone such as Europe/Berlin',
      },
    ],
    cause,
  });
