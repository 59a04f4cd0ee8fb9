import { describe, expect, test } from 'vitest';
import { Blackout } from '#functions/campaigns/domain/plan-policies.ts';
import { importBlackouts } from '#functions/campaigns/planning/import-blackouts.ts';
import { refusal } from '../plan-expansion/sample.ts';

const calendar = (...events: string[]): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//test//EN',
    ...events.map((event) => `BEGIN:VEVENT\nUID:1@example.com\n${event}\nEND:VEVENT`),
    'END:VCALENDAR',
  ]
    .join('\n')
    .replaceAll('\n', '\r\n');
const read = (...events: string[]) =>
  importBlackouts(calendar(...events), { timeZone: 'Europe/Berlin', from: '2026-12-01', to: '2027-12-31' });
const days = (name: string, from: string, to = from): Blackout => ({ kind: 'days', name, from, to });
/** With a line that is folded as the standard allows. */
const christmas = calendar('SUMMARY:Chri\n stmas\nDTSTART;VALUE=DATE:20261225');

describe('a calendar', () => {
  test.each<[string, string, Blackout[]]>([
    ['a day', 'SUMMARY:Christmas\nDTSTART;VALUE=DATE:20261225', [days('Christmas', '2026-12-25')]],
    [
      'days, the end of which does not count',
      'SUMMARY:Christmas\nDTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261227',
      [days('Christmas', '2026-12-24', '2026-12-26')],
    ],
    [
      'a span in UTC',
      'SUMMARY:Freeze\nDTSTART:20261210T080000Z\nDTEND:20261210T100000Z',
      [{ kind: 'span', name: 'Freeze', from: '2026-12-10T08:00:00.000Z', to: '2026-12-10T10:00:00.000Z' }],
    ],
    [
      'a span on the clock of its zone',
      'SUMMARY:Freeze\nDTSTART;TZID=America/New_York:20261210T080000\nDURATION:PT2H',
      [{ kind: 'span', name: 'Freeze', from: '2026-12-10T13:00:00.000Z', to: '2026-12-10T15:00:00.000Z' }],
    ],
    [
      'a span on the clock of the plan',
      'DTSTART:20261210T080000\nDURATION:PT30M',
      [{ kind: 'span', name: 'Untitled', from: '2026-12-10T07:00:00.000Z', to: '2026-12-10T07:30:00.000Z' }],
    ],
    [
      'a day of each year, without end',
      'SUMMARY:New Year\nDTSTART;VALUE=DATE:19900101\nRRULE:FREQ=YEARLY',
      [days('New Year', '2027-01-01')],
    ],
    [
      'days of each month but one',
      'SUMMARY:Stocktaking\nDTSTART;VALUE=DATE:20261231\nRRULE:FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3\nEXDATE;VALUE=DATE:20270131',
      [days('Stocktaking', '2026-12-31'), days('Stocktaking', '2027-02-28')],
    ],
    [
      'what never ends',
      'SUMMARY:Closed\nDTSTART;VALUE=DATE:20261225\nDURATION:P99999999999D',
      [days('Closed', '2026-12-25', '2099-12-30')],
    ],
    [
      'a day that ends on itself',
      'SUMMARY:Christmas\nDTSTART;VALUE=DATE:20261225\nDTEND;VALUE=DATE:20261225',
      [days('Christmas', '2026-12-25')],
    ],
    [
      'a span that ends on the clock of another zone',
      'SUMMARY:Flight\nDTSTART;TZID=America/New_York:20261210T080000\nDTEND:20261210T150000Z',
      [{ kind: 'span', name: 'Flight', from: '2026-12-10T13:00:00.000Z', to: '2026-12-10T15:00:00.000Z' }],
    ],
    [
      'days of each week, but for one that is told in UTC',
      'SUMMARY:Call\nDTSTART;TZID=Europe/Berlin:20261201T090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=2\nEXDATE:20261208T080000Z',
      [{ kind: 'span', name: 'Call', from: '2026-12-01T08:00:00.000Z', to: '2026-12-01T09:00:00.000Z' }],
    ],
    ['a long name', `SUMMARY:${'x'.repeat(119)}🎄\nDTSTART;VALUE=DATE:20261225`, [days('x'.repeat(119), '2026-12-25')]],
    ['what lies outside', 'SUMMARY:Past\nDTSTART;VALUE=DATE:20251225', []],
  ])('yields %s', (_, event, blackouts) => {
    const found = read(event);
    expect(found).toEqual({ blackouts, leftOut: [] });
    for (const blackout of found.blackouts) expect(Blackout.parse(blackout)).toEqual(blackout);
  });

  test('can move one occurrence of a series', () => {
    const series = 'SUMMARY:Meeting\nDTSTART;VALUE=DATE:20261207\nRRULE:FREQ=WEEKLY;COUNT=2';
    const moved = 'SUMMARY:Moved\nDTSTART;VALUE=DATE:20261216\nRECURRENCE-ID;VALUE=DATE:20261214';
    expect(read(series, moved).blackouts).toEqual([days('Meeting', '2026-12-07'), days('Moved', '2026-12-16')]);
  });

  test.each<[string, string, string]>([
    ['cancelled', 'STATUS:CANCELLED\nDTSTART;VALUE=DATE:20261225', 'cancelled'],
    ['without a start', 'SUMMARY:Nothing', 'without_start'],
    ['that takes no time', 'DTSTART:20261210T080000Z', 'without_length'],
    ['that ends before it begins', 'DTSTART:20261210T080000Z\nDTEND:20261209T080000Z', 'without_length'],
    ['that began before there were zones', 'DTSTART;VALUE=DATE:00010101\nRRULE:FREQ=YEARLY', 'out_of_range'],
    ['in a zone of its own', 'DTSTART;TZID=Customized Time Zone:20261210T080000\nDURATION:PT1H', 'unknown_time_zone'],
    ['every second', 'DTSTART:20261210T080000Z\nDURATION:PT1S\nRRULE:FREQ=SECONDLY;COUNT=9', 'rule_part_invalid'],
    ['on days that are listed', 'DTSTART;VALUE=DATE:20261225\nRDATE;VALUE=DATE:20261226', 'rdate_unsupported'],
  ])('reports an event that is left out: one %s', (_, event, code) => {
    const { blackouts, leftOut } = read(event, 'SUMMARY:Christmas\nDTSTART;VALUE=DATE:20261225');
    expect(blackouts).toEqual([days('Christmas', '2026-12-25')]);
    expect(leftOut.map((each) => each.code)).toEqual([code]);
  });

  test('yields a moved occurrence once, even if it is named in another time zone', () => {
    const { blackouts } = read(
      'SUMMARY:Call\nDTSTART;TZID=Europe/Berlin:20261201T090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=2',
      'SUMMARY:Moved\nRECURRENCE-ID:20261208T080000Z\nDTSTART;TZID=Europe/Berlin:20261209T090000\nDURATION:PT1H',
    );
    expect(blackouts.map(({ name, from }) => [name, from])).toEqual([
      ['Call', '2026-12-01T08:00:00.000Z'],
      ['Moved', '2026-12-09T08:00:00.000Z'],
    ]);
  });

  test.each([
    ['a byte order mark', `\uFEFF${christmas}`],
    ['ends of lines of old', christmas.replaceAll('\r\n', '\r')],
    ['ends of lines that were doubled', christmas.replaceAll('\r\n', '\r\r\n')],
    ['empty lines', christmas.replaceAll('\r\n', '\r\n\r\n')],
  ])('is read with %s', (_, text) => {
    const { blackouts } = importBlackouts(text, { timeZone: 'Europe/Berlin', from: '2026-12-01', to: '2027-12-31' });
    expect(blackouts).toEqual([days('Christmas', '2026-12-25')]);
  });

  test('yields at most 20 recurring events and reports the others', () => {
    const yearly = Array.from({ length: 21 }, () => 'DTSTART;VALUE=DATE:20270101\nRRULE:FREQ=YEARLY');
    const { blackouts, leftOut } = read(...yearly);
    expect(blackouts).toHaveLength(20);
    expect(leftOut).toEqual([{ name: 'Untitled', code: 'too_many_recurring' }]);
  });
});

describe('a calendar is refused', () => {
  const codeOf = (text: string): string | undefined =>
    refusal(() => importBlackouts(text, { timeZone: 'Europe/Berlin', from: '2026-12-01', to: '2027-12-31' }))[0]?.code;

  test.each<[string, string, string]>([
    ['that is none', 'hello', 'calendar_unreadable'],
    ['that is empty', '', 'calendar_unreadable'],
    ['that is a card', 'BEGIN:VCARD\r\nVERSION:4.0\r\nEND:VCARD', 'calendar_unreadable'],
    ['that does not end', 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT', 'calendar_unreadable'],
    ['that is too long', `BEGIN:VCALENDAR\r\n${'X'.repeat(300_000)}`, 'calendar_too_large'],
    ['with too many events', calendar(...Array.from({ length: 1_001 }, () => 'SUMMARY:x')), 'calendar_too_large'],
    [
      'with too many blackouts',
      calendar(...Array.from({ length: 501 }, () => 'DTSTART;VALUE=DATE:20261225')),
      'too_many_blackouts',
    ],
    ['that nests without end', 'BEGIN:VCALENDAR\r\n'.repeat(900), 'calendar_unreadable'],
  ])('%s', (_, text, code) => {
    expect(codeOf(text)).toBe(code);
  });

  test('for a zone that does not exist', () => {
    const asked = { timeZone: 'Mars/Olympus', from: '2026-12-01', to: '2026-12-02' };
    expect(refusal(() => importBlackouts(calendar(), asked))).toMatchObject([{ path: 'timeZone' }]);
  });
});
