import { Temporal } from 'temporal-polyfill';
import { dayMs } from './time.ts';

/** A period between two transitions of a zone, with a constant offset from UTC. All in milliseconds. */
interface Span {
  from: number;
  until: number;
  offset: number;
}

/** The clock of a zone. Instants are epoch milliseconds; so are wall times, as if the zone were UTC. */
export interface ZoneClock {
  /** Returns the wall time at an instant. */
  wallAt: (instant: number) => number;
  /** Returns the instants at which clocks show a wall time, earliest first: one, two in an overlap, none in a gap. */
  instantsOf: (wall: number) => number[];
  /**
   * Returns the instant of a wall time in a gap, later by the length of the gap (`Temporal`, disambiguation
   * "compatible"), and that length in milliseconds.
   */
  afterGap: (wall: number) => { instant: number; by: number };
}

/**
 * Creates the clock of a zone. It asks `Temporal` for each transition once and calculates the rest: a conversion by
 * `Temporal` takes 10 microseconds, and plans and insights make thousands of them.
 * @param timeZone an IANA zone
 * @throws RangeError at the first conversion when the zone does not exist
 */
export const zoneClock = (timeZone: string): ZoneClock => {
  const spans: Span[] = [];
  let last: Span | undefined;

  const load = (instant: number): Span => {
    // One millisecond later, so that a transition at the instant itself counts as previous (transitions are at whole
    // seconds).
    const shown = Temporal.Instant.fromEpochMilliseconds(instant + 1).toZonedDateTimeISO(timeZone);
    const span = {
      from: shown.getTimeZoneTransition('previous')?.epochMilliseconds ?? -Infinity,
      until: shown.getTimeZoneTransition('next')?.epochMilliseconds ?? Infinity,
      offset: shown.offsetNanoseconds / 1e6,
    };
    spans.push(span);
    return span;
  };
  const spanAt = (instant: number): Span => {
    const isIn = ({ from, until }: Span): boolean => from <= instant && instant < until;
    if (!last || !isIn(last)) last = spans.find(isIn) ?? load(instant);
    return last;
  };
  /** Returns the spans that can contain the wall time: no zone is more than a day from UTC, or jumps by more. */
  const spansAround = (wall: number): Span[] => {
    const around = [spanAt(wall - dayMs)];
    for (let { until } = around[0] as Span; until <= wall + dayMs;) {
      const next = spanAt(until);
      around.push(next);
      until = next.until;
    }
    return around;
  };

  return {
    wallAt: (instant) => instant + spanAt(instant).offset,
    instantsOf: (wall) =>
      spansAround(wall)
        .filter(({ from, until, offset }) => from <= wall - offset && wall - offset < until)
        .map(({ offset }) => wall - offset),
    afterGap: (wall) => {
      const around = spansAround(wall);
      const before = around.findLast(({ until, offset }) => wall - offset >= until) as Span;
      const after = around[around.indexOf(before) + 1] as Span;
      return { instant: wall - before.offset, by: after.offset - before.offset };
    },
  };
};

/** Creates the clocks of several zones on demand, each once. */
export const zoneClocks = (): ((timeZone: string) => ZoneClock) => {
  const clocks = new Map<string, ZoneClock>();
  return (timeZone) => {
    const clock = clocks.get(timeZone) ?? zoneClock(timeZone);
    clocks.set(timeZone, clock);
    return clock;
  };
};
