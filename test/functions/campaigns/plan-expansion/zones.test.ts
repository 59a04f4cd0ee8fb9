import * as fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { placeWallTime } from '#functions/campaigns/plan-expansion/place-wall-time.ts';
import { wallOf, wallText } from '#functions/campaigns/plan-expansion/wall-time.ts';
import { minuteMs } from '#shared/time.ts';
import { type ZoneClock, zoneClock } from '#shared/zone-clock.ts';
import { expand, rows, rule, track } from './sample.ts';

const zones = Intl.supportedValuesOf('timeZone');
const from = Date.UTC(1970, 0, 1);
const until = Date.UTC(2038, 0, 1);

/** A clock change of a zone from 1970 to 2037, with the offsets on either side in milliseconds. */
interface Transition {
  at: number;
  before: number;
  after: number;
}
const transitionsOf = (timeZone: string): Transition[] => {
  const found: Transition[] = [];
  let shown = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(timeZone);
  for (;;) {
    const next = shown.getTimeZoneTransition('next');
    if (!next || next.epochMilliseconds >= until) return found;
    const [before, after] = [shown.offsetNanoseconds / 1e6, next.offsetNanoseconds / 1e6];
    if (before !== after) found.push({ at: next.epochMilliseconds, before, after });
    shown = next;
  }
};

/** What ICU, independent of Temporal, shows at an instant. */
const icuClock = (timeZone: string): ((instant: number) => number) => {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  return (instant) => Date.parse(`${format.format(instant).replace(' ', 'T')}Z`);
};

/** Wall times around a change of clocks: outside, at its edges, and within. */
const wallsAround = ({ at, before, after }: Transition): number[] => {
  const [low, high] = [at + Math.min(before, after), at + Math.max(before, after)];
  return [low - minuteMs, low, (low + high) / 2, high - minuteMs, high].map((wall) => Math.floor(wall / 1_000) * 1_000);
};

/** Whether a wall time is placed as the policies say, judged by what ICU shows. */
const judge = (wall: number, clock: ZoneClock, icu: (instant: number) => number, { before, after }: Transition) => {
  const candidates = [...new Set([wall - before, wall - after])].filter((instant) => icu(instant) === wall);
  const [first, second] = candidates.sort((one, other) => one - other);
  const placed = (gap: 'shift_later' | 'skip', overlap: 'first' | 'second') =>
    placeWallTime(wall, clock, { gap, overlap });
  if (first === undefined) {
    // Moved by exactly the clock change, and skipped only if the policy says so.
    const { instant, reasons } = placed('shift_later', 'first');
    const moved = (instant === null ? NaN : icu(instant)) - wall;
    return (
      moved === after - before &&
      placed('skip', 'first').instant === null &&
      JSON.stringify(reasons) ===
        JSON.stringify([
          { kind: 'gap', policy: 'shift_later', wallTime: wallText(wall), movedByMinutes: moved / minuteMs },
        ])
    );
  }
  const reasons = second === undefined ? '' : 'overlap';
  return (
    placed('skip', 'first').instant === first &&
    placed('skip', 'second').instant === (second ?? first) &&
    placed('skip', 'second')
      .reasons.map(({ kind }) => kind)
      .join() === reasons
  );
};

describe('in every zone, at every change of clocks from 1970 to 2037', () => {
  const changes = new Map(zones.map((timeZone) => [timeZone, transitionsOf(timeZone)]));

  test('a wall time is skipped, doubled or moved only as its policy says', () => {
    const wrong: string[] = [];
    let judged = 0;
    for (const [timeZone, transitions] of changes) {
      const clock = zoneClock(timeZone);
      const icu = icuClock(timeZone);
      for (const transition of transitions) {
        for (const wall of wallsAround(transition)) {
          judged += 1;
          if (!judge(wall, clock, icu, transition)) wrong.push(`${timeZone} ${wallText(wall)}`);
        }
      }
    }
    expect(zones.length).toBeGreaterThan(400);
    expect(judged).toBeGreaterThan(50_000);
    expect(wrong).toEqual([]);
  });

  test('a plan has each day of its rule once', () => {
    const zoneAndChange = fc
      .constantFrom(...zones)
      .chain((timeZone) => fc.tuple(fc.constant(timeZone), fc.nat(), fc.nat({ max: 4 })));
    const policies = fc.record({
      gap: fc.constantFrom('shift_later' as const, 'skip' as const),
      overlap: fc.constantFrom('first' as const, 'second' as const),
    });
    fc.assert(
      fc.property(zoneAndChange, policies, ([timeZone, nth, place], named) => {
        const transitions = changes.get(timeZone) ?? [];
        const transition = transitions[nth % Math.max(transitions.length, 1)] ?? {
          at: from + 4e9,
          before: 0,
          after: 0,
        };
        const wall = wallsAround(transition)[place] ?? 0;
        const start = wallText(wall - 2 * 86_400_000).slice(0, 16);
        fc.pre(start >= '1970');
        const { slots, dropped, conflicts } = expand({
          timeZone,
          policies: named,
          tracks: [track({ times: rule('FREQ=DAILY;COUNT=5', start), content: rows(5) })],
        });

        const keys = [...slots, ...dropped].map(({ slotKey }) => slotKey).sort();
        const days = [0, 1, 2, 3, 4].map((day) => `tips@${wallText(wallOf(start) + day * 86_400_000)}`);
        expect(keys).toEqual(days);
        for (const { slotKey, wallTime, reasons } of slots) {
          const movers = reasons.map(({ kind }) => kind).filter((kind) => !['rule', 'overlap'].includes(kind));
          // A day that a zone skips lands on the next: then two slots collide.
          if (movers.length === 0) expect(`tips@${wallTime}`).toBe(slotKey);
          else expect(['gap', 'gap,collision', 'collision', 'minimum_gap']).toContain(movers.join());
        }
        for (const { reasons } of dropped) {
          expect(named.gap).toBe('skip');
          expect(reasons.at(-1)?.kind).toBe('gap');
        }
        expect(conflicts.filter(({ name }) => name === 'gap_skipped')).toHaveLength(dropped.length);
      }),
      { numRuns: 600 },
    );
  });
});

describe('the clock of a zone', () => {
  test('shows what ICU shows from 1970 to 2037', () => {
    const everyMs = 23 * 86_400_000 + 3_600_000;
    const wrong: string[] = [];
    for (const timeZone of zones) {
      const clock = zoneClock(timeZone);
      const icu = icuClock(timeZone);
      for (let at = from; at < until; at += everyMs) {
        const wall = clock.wallAt(at);
        if (wall !== icu(at) || !clock.instantsOf(wall).includes(at)) wrong.push(`${timeZone} ${wallText(at)}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});
