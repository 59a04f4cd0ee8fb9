import { describe, expect, test } from 'vitest';
import { AskedInstant, dayMs, dayOf, daySeconds, Instant, instantAfter, timeToLive, TimeZone } from '#shared/time.ts';

describe('an instant', () => {
  test.each(['2026-11-22T09:03:00Z', '2026-11-22T09:03:00.1Z', '2026-11-22T09:03:00.123Z', '2028-02-29T00:00:00Z'])(
    'is valid: %s',
    (text) => {
      expect(Instant.parse(text)).toBe(text);
    },
  );

  test.each([
    ['with an offset', '2026-11-22T09:03:00+00:00'],
    ['without a zone', '2026-11-22T09:03:00'],
    ['without seconds', '2026-11-22T09:03Z'],
    ['a day', '2026-11-22'],
    ['in small letters', '2026-11-22t09:03:00z'],
    ['finer than milliseconds', '2026-11-22T09:03:00.1234Z'],
    ['a leap second', '2026-12-31T23:59:60Z'],
    ['hour 24', '2026-11-22T24:00:00Z'],
    ['no day of the calendar', '2027-02-29T00:00:00Z'],
    ['a year of five digits', '12026-11-22T09:03:00Z'],
    ['words', 'tomorrow'],
  ])('is invalid: %s', (_, text) => {
    expect(Instant.safeParse(text).success).toBe(false);
  });
});

describe('a time zone', () => {
  test.each(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Etc/GMT+1'])('is valid: %s', (name) => {
    expect(TimeZone.safeParse(name).success).toBe(true);
  });

  test.each(['', '+01:00', '../UTC', 'Europe/Berlin\n', 'a b', 'a'.repeat(65)])('is invalid: %j', (name) => {
    expect(TimeZone.safeParse(name).success).toBe(false);
  });
});

test('instantAfter adds or subtracts milliseconds, also across days and DST, and stays within the years 0 to 9999', () => {
  expect(instantAfter('2026-12-31T23:59:59.999Z', 1)).toBe('2027-01-01T00:00:00.000Z');
  expect(instantAfter(new Date('2026-10-25T00:30:00Z'), 3_600_000)).toBe('2026-10-25T01:30:00.000Z');
  expect(instantAfter('9999-12-31T23:59:59.999Z', 1)).toBe('9999-12-31T23:59:59.999Z');
  expect(instantAfter('0000-01-01T00:00:00Z', -1)).toBe('0000-01-01T00:00:00.000Z');
  expect(instantAfter('2026-11-22T09:03:00Z', -1)).toBe('2026-11-22T09:02:59.999Z');
});

test('a time to live is rounded down to whole Unix seconds', () => {
  expect(timeToLive(new Date(1_500), 60)).toBe(61);
});

describe('an instant in a request', () => {
  test.each([
    ['2026-11-22T09:03:00Z', '2026-11-22T09:03:00Z'],
    ['2026-11-22t09:03:00z', '2026-11-22T09:03:00Z'],
    ['2026-11-22T09:03:00+00:00', '2026-11-22T09:03:00Z'],
    ['2026-11-22T09:03:00-00:00', '2026-11-22T09:03:00Z'],
    ['2026-11-22T09:03:00.123456+00:00', '2026-11-22T09:03:00.123Z'],
    ['2026-12-24T09:30:00+01:00', '2026-12-24T08:30:00Z'],
    ['2026-12-24T00:30:00.5+05:45', '2026-12-23T18:45:00.500Z'],
    ['2026-12-31T20:00:00.123456789-08:00', '2027-01-01T04:00:00.123Z'],
    // A plus sign that was not encoded in a query.
    ['2026-12-24T09:30:00 01:00', '2026-12-24T08:30:00Z'],
  ])('%s is read as %s', (written, meant) => {
    expect(AskedInstant.parse(written)).toBe(meant);
  });

  test.each([
    ...[
      '2026-11-22T09:03:00',
      '2026-11-22T09:03+01:00',
      '2026-11-22T09:03:00+0100',
      '2026-11-22 09:03:00Z',
      'tomorrow',
    ],
    ...['2027-02-29T09:03:00+01:00', '2026-12-31T23:59:60Z', '2026-11-22T24:00:00Z', '2026-11-22T09:03:00+24:00'],
    ...['0000-01-01T00:00:00+01:00', '9999-12-31T23:59:59-01:00'],
  ])('is rejected when its offset is missing or malformed, or it does not exist: %s', (written) => {
    const parsed = AskedInstant.safeParse(written);
    expect(parsed.error?.issues.map(({ code }) => code)).toEqual(['invalid_format']);
  });
});

test('a day is 24 hours and named by its UTC date', () => {
  const at = new Date('2026-11-22T23:30:00-01:00');
  expect(dayOf(at)).toBe('2026-11-23');
  expect(instantAfter(at, dayMs)).toBe('2026-11-24T00:30:00.000Z');
  expect(timeToLive(at, daySeconds)).toBe(at.getTime() / 1000 + 24 * 60 * 60);
});
