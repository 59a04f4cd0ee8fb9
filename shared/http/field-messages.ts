import type * as z from 'zod';

/** Maximum length of the names listed in a message, since a request can contain any. */
const longestList = 200;

const missing = 'is missing';

const kinds: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
};

/** Units in which lengths are counted. */
const units: Readonly<Record<string, [one: string, many: string]>> = {
  string: ['character', 'characters'],
  array: ['item', 'items'],
};

const formats: Readonly<Record<string, string>> = {
  email: 'an email address such as ada@example.com',
  url: 'a URL such as https://example.com',
  datetime: 'a UTC time such as 2026-11-22T09:03:00Z',
  date: 'a date such as 2026-11-22',
  cidrv4: 'a network such as 203.0.113.0/24',
  cidrv6: 'a network such as 2001:db8::/32',
};

const listOf = (values: readonly unknown[]): string => {
  const all = values.map(String).join(', ');
  return all.length <= longestList ? all : `${all.slice(0, longestList)} ...`;
};

const bound = (origin: string, value: number | bigint): string => {
  const unit = units[origin];
  return unit ? `${value} ${value === 1 ? unit[0] : unit[1]}` : String(value);
};

/**
 * Says what is wrong with a field, to follow its name: `is missing`, `must be a list`. The fallback for contracts
 * without a message of their own.
 */
export const fieldMessage: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type': {
      if (issue.input === undefined) return missing;
      return `must be ${kinds[issue.expected] ?? 'of another type'}`;
    }
    case 'too_small':
      return `must ${units[issue.origin] ? 'have' : 'be'} at least ${bound(issue.origin, issue.minimum)}`;
    case 'too_big':
      return `must ${units[issue.origin] ? 'have' : 'be'} at most ${bound(issue.origin, issue.maximum)}`;
    case 'invalid_format':
      return `must be ${formats[issue.format] ?? 'in the format that the API description shows'}`;
    case 'invalid_value':
      return `must be ${issue.values.length === 1 ? '' : 'one of '}${listOf(issue.values)}`;
    case 'unrecognized_keys':
      return `has unknown fields: ${listOf(issue.keys)}`;
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'invalid_key':
      return 'has an invalid name';
    default:
      return 'matches none of the accepted forms';
  }
};

type Issue = z.core.$ZodIssue;

const isMissing = ({ message }: Issue): boolean => message === missing;

const hasStrangers = (issues: readonly Issue[]): boolean => issues.some(({ code }) => code === 'unrecognized_keys');

/**
 * Returns the issues of the union member that was probably meant: the only one that knows all the fields, or the one
 * with the fewest issues. Where it merely lacks fields, or another has as few issues, the union's own issue stays.
 */
const meant = (issue: Issue): Issue[] => {
  if (issue.code !== 'invalid_union') return [issue];
  const [best, next] = [...issue.errors].sort(
    (one, other) => Number(hasStrangers(one)) - Number(hasStrangers(other)) || one.length - other.length,
  );
  if (!best) return [issue];
  const isClear = !hasStrangers(best) && (!next || hasStrangers(next));
  if (!isClear && (best.length === next?.length || best.every(isMissing))) return [issue];
  return best.flatMap((each) => meant({ ...each, path: [...issue.path, ...each.path] }));
};

/** Returns the issues of a schema error, field by field. */
export const plainIssues = ({ issues }: z.core.$ZodError): Issue[] => issues.flatMap(meant);
