import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instantOf } from '#functions/posts/resolve-local-time.ts';

describe('a local time in a zone', () => {
  test.each([
    ['an ordinary day', '2026-11-22T09:30', 'Europe/Berlin', '2026-11-22T08:30:00.000Z', 'exact'],
    ['the gap of spring', '2026-03-29T02:30', 'Europe/Berlin', '2026-03-29T01:30:00.000Z', 'gap_moved_forward'],
    ['the overlap of autumn', '2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T00:30:00.000Z', 'overlap_earlier'],
    [
      'a gap of half an hour',
      '2026-10-04T02:15',
      'Australia/Lord_Howe',
      '2026-10-03T15:45:00.000Z',
      'gap_moved_forward',
    ],
    ['a zone without summer time', '2026-07-01T12:00:30', 'Asia/Kolkata', '2026-07-01T06:30:30.000Z', 'exact'],
    ['a day that a zone left out', '2011-12-30T12:00', 'Pacific/Apia', '2011-12-30T22:00:00.000Z', 'gap_moved_forward'],
  ])('is resolved to an instant: %s', (_, localTime, timeZone, instant, resolution) => {
    expect(instantOf(localTime, timeZone)).toEqual({ instant, resolution });
  });

  const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'Pacific/Chatham'];

  test('is what its instant shows in that zone, except in a gap', () => {
    const time = fc.date({
      min: new Date('2026-01-01T00:00:00Z'),
      max: new Date('2027-12-31T00:00:00Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(fc.constantFrom(...zones), time, (timeZone, date) => {
        const localTime = date.toISOString().slice(0, 16);
        const { instant, resolution } = instantOf(localTime, timeZone);
        const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
        const shown = format.format(new Date(instant)).replace(' ', 'T');
        if (resolution === 'gap_moved_forward') expect(shown > localTime).toBe(true);
        else expect(shown).toBe(localTime);
      }),
    );
  });
});
