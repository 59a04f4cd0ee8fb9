import { describe, expect, test } from 'vitest';
import { DomainError } from '#shared/errors.ts';
import { knownTimeZone } from '#shared/http/time-zone.ts';

/** IANA names that Node has under another name, or that are not capitalised like words. */
const links = [
  ...[
    'Asia/Kolkata',
    'Asia/Calcutta',
    'Europe/Kiev',
    'Europe/Kyiv',
    'America/Buenos_Aires',
    'Asia/Saigon',
    'Asia/Yangon',
  ],
  ...[
    'UTC',
    'Etc/UTC',
    'GMT',
    'GMT0',
    'GMT+0',
    'Etc/GMT',
    'Etc/GMT0',
    'Etc/GMT+3',
    'Etc/GMT-14',
    'Etc/Greenwich',
    'Zulu',
  ],
  ...['US/Eastern', 'US/East-Indiana', 'GB', 'GB-Eire', 'NZ', 'NZ-CHAT', 'PRC', 'ROK', 'ROC', 'W-SU', 'UCT', 'Etc/UCT'],
  ...['CET', 'WET', 'EST5EDT', 'PST8PDT', 'Japan', 'Singapore', 'Canada/Newfoundland', 'Mexico/BajaNorte'],
  ...['America/Port-au-Prince', 'Africa/Dar_es_Salaam', 'Europe/Isle_of_Man', 'America/Port_of_Spain', 'Asia/Ust-Nera'],
  ...['Antarctica/DumontDUrville', 'Antarctica/McMurdo', 'America/Argentina/ComodRivadavia', 'America/Knox_IN'],
  ...['Australia/ACT', 'Australia/LHI', 'Australia/NSW', 'Brazil/DeNoronha', 'Chile/EasterIsland', 'Africa/Porto-Novo'],
];

const refusalOf = (name: string) => {
  try {
    return knownTimeZone(name);
  } catch (error) {
    return error instanceof DomainError ? error.code : error;
  }
};

describe('a time zone', () => {
  test.each(links)('is returned under the name that was sent, in its canonical case: %s', (name) => {
    expect([name, name.toLowerCase(), name.toUpperCase()].map((each) => knownTimeZone(each))).toEqual([
      name,
      name,
      name,
    ]);
  });

  test('can be any zone that Node supports, and is returned in its canonical case', () => {
    const names = Intl.supportedValuesOf('timeZone');
    expect(names.map((name) => knownTimeZone(name.toLowerCase()))).toEqual(names);
  });

  test.each([
    ...['BST', 'bst', 'IST', 'PST', 'CST', 'JST', 'AET', 'ACT', 'SystemV/EST5EDT', 'US/Pacific-New'],
    ...['EST', 'MST', 'HST', 'est', '+02:00', '-0530', 'UTC+1', 'GMT-5', 'Etc/GMT+13', 'CEST', 'EDT', 'Factory'],
    ...['Europe/Atlantis', 'Berlin', '', 'W. Europe Standard Time'],
  ])('is rejected when it is an abbreviation, an offset or made up: %j', (name) => {
    expect(refusalOf(name)).toBe('invalid_time_zone');
  });
});
