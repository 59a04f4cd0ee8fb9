import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PlannedSlot } from '#functions/campaigns/domain/planned-slot.ts';
import { account, expand, refusal, rows, rule, times, track, walls } from './sample.ts';

/** A track of one account at these times of 1 December in Berlin. */
const at = (...clocks: string[]) =>
  track({
    content: rows(clocks.length),
    times: { kind: 'fixed', instants: clocks.map((clock) => new Date(`2026-12-01T${clock}+01:00`).toISOString()) },
  });
const movers = ({ reasons }: PlannedSlot): string =>
  reasons
    .map((reason) => ('movedByMinutes' in reason ? `${reason.kind} ${reason.movedByMinutes}` : reason.kind))
    .join();

describe('slots of one account', () => {
  test('keep the minimum gap by moving the later ones', () => {
    const expanded = expand({ spacing: { minimumGapMinutes: 30 }, tracks: [at('09:00', '09:10', '09:20', '11:00')] });
    expect(walls(expanded).map((wall) => wall.slice(11))).toEqual(['09:00', '09:30', '10:00', '11:00']);
    expect(expanded.slots.map(movers)).toEqual(['fixed', 'fixed,minimum_gap 20', 'fixed,minimum_gap 40', 'fixed']);
    expect(expanded.conflicts.map(({ name, slotKey, otherSlotKey }) => [name, slotKey, otherSlotKey])).toEqual([
      ['minimum_gap', 'tips@2026-12-01T08:10:00.000Z', 'tips@2026-12-01T08:00:00.000Z'],
      ['minimum_gap', 'tips@2026-12-01T08:20:00.000Z', 'tips@2026-12-01T08:10:00.000Z'],
    ]);
  });

  test('keep the minimum gap of their account', () => {
    const accountSpacing = [{ accountId: account(1), minimumGapMinutes: 60 }];
    const expanded = expand({ spacing: { minimumGapMinutes: 5 }, accountSpacing, tracks: [at('09:00', '09:30')] });
    expect(walls(expanded).at(-1)).toBe('2026-12-01T10:00');
  });

  test('keep the minimum gap to other posts of the account', () => {
    const taken = [{ accountId: account(1), publishAt: '2026-12-01T08:05:00.000Z' }];
    const { slots, conflicts } = expand({ spacing: { minimumGapMinutes: 30 }, tracks: [at('09:00')] }, { taken });
    expect(slots[0]?.wallTime).toBe('2026-12-01T09:35');
    expect(conflicts).toMatchObject([{ name: 'minimum_gap', otherSlotKey: null }]);
  });

  test('wait for the end of quiet hours, also across midnight', () => {
    const spacing = { quietHours: { from: '22:00', to: '07:30' } };
    const expanded = expand({ spacing, tracks: [at('03:00', '07:30', '21:59', '22:00')] });
    expect(walls(expanded)).toEqual(['2026-12-01T07:30', '2026-12-01T07:31', '2026-12-01T21:59', '2026-12-02T07:30']);
    expect(expanded.slots.map(movers)).toEqual([
      'fixed,quiet_hours 270',
      'fixed,minimum_gap 1',
      'fixed',
      'fixed,quiet_hours 570',
    ]);
  });

  test('wait for the end of quiet hours that a clock change skips', () => {
    const spacing = { quietHours: { from: '01:00', to: '02:30' } };
    const tracks = [track({ times: rule('FREQ=DAILY;COUNT=1', '2027-03-28T01:30') })];
    expect(times(expand({ spacing, tracks }))).toEqual(['2027-03-28T01:30Z']);
  });

  test('move to the same time of the next day if theirs is full', () => {
    const expanded = expand({ spacing: { maxPerDay: 2 }, tracks: [at('09:00', '10:00', '11:00', '12:00', '13:00')] });
    expect(walls(expanded)).toEqual([
      '2026-12-01T09:00',
      '2026-12-01T10:00',
      '2026-12-02T11:00',
      '2026-12-02T12:00',
      '2026-12-03T13:00',
    ]);
    expect(expanded.slots.map(movers).at(-1)).toBe('fixed,daily_maximum 2880');
  });

  test('count towards their local day, not the UTC day', () => {
    const spacing = { maxPerDay: 1 };
    // 23:30 and 00:30 in Berlin: one day in UTC.
    const instants = ['2026-12-01T22:30:00Z', '2026-12-01T23:30:00Z'];
    const tracks = [track({ content: rows(2), times: { kind: 'fixed', instants } })];
    expect(times(expand({ spacing, tracks }))).toEqual(['2026-12-01T22:30Z', '2026-12-01T23:30Z']);
  });

  test('are dropped in a blackout, which the reason names', () => {
    const blackouts = [
      { kind: 'days' as const, name: 'Christmas', from: '2026-12-02', to: '2026-12-02' },
      { kind: 'span' as const, name: 'Freeze', from: '2026-12-03T08:00:00Z', to: '2026-12-03T08:00:01Z' },
    ];
    const { slots, dropped, conflicts } = expand({ blackouts, tracks: [track({ content: rows(3) })] });
    expect(slots.map(({ slotKey }) => slotKey)).toEqual(['tips@2026-12-01T09:00']);
    expect(dropped.map(({ reasons }) => reasons.at(-1))).toMatchObject([
      { kind: 'blackout', name: 'Christmas' },
      { kind: 'blackout', name: 'Freeze' },
    ]);
    expect(conflicts.map(({ name }) => name)).toEqual(['blackout', 'blackout']);
  });

  test('are dropped with the reason no_room if there is no room', () => {
    const spacing = { quietHours: { from: '00:01', to: '00:00' }, minimumGapMinutes: 30 };
    const clocks = Array.from({ length: 250 }, (_, second) => new Date(Date.UTC(2026, 11, 1, 9) + second * 1_000));
    const tracks = [
      track({
        content: rows(250),
        times: { kind: 'fixed', instants: clocks.map((clock) => clock.toISOString()) },
      }),
    ];
    const { slots, dropped } = expand({ spacing, tracks });
    expect(slots.length + dropped.length).toBe(250);
    expect(dropped.length).toBeGreaterThan(0);
    expect(dropped.map(({ reasons }) => reasons.at(-1)?.kind)).toContain('no_room');
  });
});

describe('under any spacing', () => {
  const clock = fc.constantFrom('00:00', '06:30', '08:00', '21:15', '23:59');
  const asked = fc.record({
    minimumGapMinutes: fc.integer({ min: 1, max: 600 }),
    quietHours: fc.option(fc.tuple(clock, clock).filter(([one, other]) => one !== other)),
    maxPerDay: fc.option(fc.integer({ min: 1, max: 4 })),
    jitterMinutes: fc.integer({ min: 0, max: 120 }),
    seed: fc.string({ minLength: 1, maxLength: 8 }),
    rules: fc.array(fc.constantFrom('FREQ=DAILY;COUNT=9', 'FREQ=DAILY;BYHOUR=1,2,9;COUNT=15', 'FREQ=WEEKLY;COUNT=4'), {
      minLength: 1,
      maxLength: 4,
    }),
    start: fc.constantFrom('2027-03-25T02:30', '2026-10-22T02:15', '2026-12-20T09:00'),
  });

  test('slots keep gap, daily maximum, quiet hours and blackouts, and each is there once', () => {
    fc.assert(
      fc.property(asked, ({ minimumGapMinutes, quietHours, maxPerDay, jitterMinutes, seed, rules, start }) => {
        const quiet = quietHours && { from: quietHours[0], to: quietHours[1] };
        const { slots, dropped } = expand({
          seed,
          spacing: { minimumGapMinutes, quietHours: quiet, maxPerDay },
          blackouts: [{ kind: 'days', name: 'Holidays', from: '2026-12-24', to: '2026-12-26' }],
          tracks: rules.map((text, place) =>
            track({ id: `t${place}`, jitterMinutes, times: rule(text, start), content: rows(15, place * 15) }),
          ),
        });
        const wanted = rules.reduce((sum, text) => sum + Number(/COUNT=(\d+)/.exec(text)?.[1]), 0);
        expect(new Set([...slots, ...dropped].map(({ slotKey }) => slotKey)).size).toBe(wanted);
        const perDay = Map.groupBy(slots, ({ wallTime }) => wallTime.slice(0, 10));
        for (const [day, of] of perDay) {
          expect(of.length).toBeLessThanOrEqual(maxPerDay ?? Infinity);
          expect(day < '2026-12-24' || day > '2026-12-26').toBe(true);
        }
        slots.forEach(({ publishAt, wallTime }, place) => {
          const before = Date.parse(slots[place - 1]?.publishAt ?? '1970-01-01T00:00:00Z');
          expect(Date.parse(publishAt) - before).toBeGreaterThanOrEqual(minimumGapMinutes * 60_000);
          const shown = wallTime.slice(11);
          if (!quiet) return;
          const isQuiet =
            quiet.from < quiet.to ? quiet.from <= shown && shown < quiet.to : quiet.from <= shown || shown < quiet.to;
          expect(isQuiet).toBe(false);
        });
      }),
      { numRuns: 200 },
    );
  });
});

describe('jitter', () => {
  test('moves no slot into a blackout', () => {
    const blackouts = [{ kind: 'days' as const, name: 'Christmas', from: '2026-12-24', to: '2026-12-26' }];
    const tracks = [
      track({ jitterMinutes: 30, content: rows(1), times: rule('FREQ=DAILY;COUNT=1', '2026-12-27T00:05') }),
    ];
    for (let seed = 0; seed < 20; seed += 1) {
      expect(expand({ seed: String(seed), tracks, blackouts })).toMatchObject({
        slots: [{}],
        dropped: [],
        conflicts: [],
      });
    }
  });

  const jittered = (seed: string, id = 'tips') =>
    expand({
      seed,
      tracks: [track({ id, jitterMinutes: 15, times: rule('FREQ=DAILY;COUNT=200'), content: rows(200) })],
    });
  const offsets = (expanded: ReturnType<typeof expand>): number[] =>
    expanded.slots.map(({ publishAt, slotKey, timeZone: _ }) => {
      const wall = expanded.slots.find((each) => each.slotKey === slotKey)?.wallTime ?? '';
      expect(publishAt.endsWith(':00.000Z')).toBe(true);
      return (Date.parse(`${wall}Z`) - Date.parse(`${slotKey.split('@')[1] ?? ''}Z`)) / 60_000;
    });

  test('stays within its minutes, uses all of them, and is given as the reason', () => {
    const expanded = jittered('a');
    const found = offsets(expanded);
    expect(Math.min(...found)).toBe(-15);
    expect(Math.max(...found)).toBe(15);
    expect(new Set(found).size).toBe(31);
    const said = expanded.slots.map(({ reasons }) => reasons.find(({ kind }) => kind === 'jitter'));
    expect(said.map((reason) => (reason?.kind === 'jitter' ? reason.byMinutes : 0))).toEqual(found);
  });

  test('differs for another seed', () => {
    expect(offsets(jittered('b'))).not.toEqual(offsets(jittered('a')));
  });
});

describe('a spread', () => {
  const queue = {
    accountId: account(1),
    timeZone: 'Europe/Berlin',
    slots: [1, 2, 3, 4, 5].flatMap((weekday) => ['09:00', '17:00'].map((time) => ({ weekday, time }))),
  };
  // Monday to Friday: ten times.
  const spread = (count: number) => ({
    kind: 'spread' as const,
    from: '2026-11-30T00:00:00Z',
    to: '2026-12-05T00:00:00Z',
    count,
  });

  test('is distributed evenly over the times of the queue', () => {
    const expanded = expand({ tracks: [track({ times: spread(5) })] }, { queues: [queue] });
    expect(walls(expanded)).toEqual([
      '2026-11-30T17:00',
      '2026-12-01T17:00',
      '2026-12-02T17:00',
      '2026-12-03T17:00',
      '2026-12-04T17:00',
    ]);
    expect(expanded.slots[0]).toMatchObject({
      slotKey: 'tips@0001',
      reasons: [
        { kind: 'spread', place: 1, of: 5 },
        { kind: 'queue_time', wallTime: '2026-11-30T17:00', timeZone: 'Europe/Berlin' },
      ],
    });
  });

  test('skips taken times and drops slots for which no time is left, with the reason', () => {
    const taken = [{ accountId: account(1), publishAt: '2026-12-01T08:00:00.000Z' }];
    const { slots, dropped, conflicts } = expand(
      { tracks: [track({ times: spread(10) })] },
      { queues: [queue], taken },
    );
    expect(slots).toHaveLength(9);
    expect(slots.map(({ wallTime }) => wallTime)).not.toContain('2026-12-01T09:00');
    expect(dropped).toMatchObject([{ slotKey: 'tips@0010', publishAt: null }]);
    expect(dropped[0]?.reasons.at(-1)).toEqual({ kind: 'no_queue_time', found: 9 });
    expect(conflicts.map(({ name }) => name)).toEqual(['no_queue_time']);
  });

  test('uses no time that an earlier track has taken', () => {
    const tracks = [track({ times: spread(5) }), track({ id: 'more', times: spread(5), content: rows(5, 10) })];
    const { slots, conflicts } = expand({ tracks }, { queues: [queue] });
    expect(new Set(slots.map(({ publishAt }) => publishAt)).size).toBe(10);
    expect(conflicts.map(({ name }) => name)).toEqual(['content_left_over']);
  });

  test('is rejected without a queue and if its span is too long', () => {
    const code = (run: () => unknown): string | undefined => {
      try {
        run();
      } catch (error) {
        return (error as { fields: { path: string; code: string }[] }).fields[0]?.code;
      }
      return undefined;
    };
    expect(code(() => expand({ tracks: [track({ times: spread(5) })] }))).toBe('account_without_queue');
    const long = { ...spread(5), to: '2028-12-01T00:00:00Z' };
    expect(code(() => expand({ tracks: [track({ times: long })] }, { queues: [queue] }))).toBe('spread_too_long');
  });

  test('is rejected with spread_too_costly, within a second, if there are too many queue times to look at', () => {
    const accountIds = Array.from({ length: 20 }, (_, place) => account(place + 1));
    const queues = accountIds.map((accountId) => ({
      ...{ accountId, timeZone: 'Europe/Berlin' },
      slots: Array.from({ length: 168 }, (_, place) => ({
        weekday: (place % 7) + 1,
        time: `${String(Math.floor(place / 7)).padStart(2, '0')}:00`,
      })),
    }));
    const year = { kind: 'spread' as const, from: '2026-12-01T00:00:00Z', to: '2027-12-01T00:00:00Z', count: 20 };
    const tracks = (count: number) =>
      Array.from({ length: count }, (_, place) =>
        track({ id: `t${place}`, accountIds, content: rows(20, place * 20), times: year }),
      );
    const begun = process.cpuUsage();
    expect(refusal(() => expand({ tracks: tracks(50) }, { queues }))[0]?.code).toBe('spread_too_costly');
    const { user, system } = process.cpuUsage(begun);
    expect((user + system) / 1000, 'milliseconds').toBeLessThan(1_000);
    expect(expand({ tracks: tracks(2) }, { queues }).slots).toHaveLength(40);
  });
});
