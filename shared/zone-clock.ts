import { Temporal } from 'temporal-polyfill';
import { dayMs } from './time.ts';

/** From one transition of a zone to the next: the offset from UTC stays. All in milliseconds. */
interface Span {
  from: number;
  until: number;
  offset: number;
}

/** What the clocks of one zone show. Instants are epoch milliseconds; wall times are too, as if the zone were UTC. */
export interface ZoneClock {
  /** The wall time at an instant. */
  wallAt: (instant: number) => number;
  /** The instants at which clocks show a wall time, the earliest first: one, two in an overlap, none in a gap. */
  instantsOf: (wall: number) => number[];
  /**
   * The instant of a wall time that is in a gap: as much later as clocks are put forward there, as `Temporal` has it by
   * the disambiguation "compatible"; and by how many milliseconds.
   */
  afterGap: (wall: number) => { instant: number; by: number };
}

/**
 * The clock of a zone. `Temporal` is asked for each transition once; what lies between is arithmetic, since a conversion
 * by `Temporal` takes 10 microseconds, and plans and insights make thousands of them.
 * @param timeZone an IANA zone
 * @throws RangeError at the first conversion where the zone does not exist
 */
export const zoneClock = (timeZone: string): ZoneClock => {
  const spans: Span[] = [];
  let last: Span | undefined;

  const load = (instant: number): Span => {
    // A transition at the instant itself counts as previous: they are at whole seconds.
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
  /** The spans in which the wall time may lie: no zone is further than a day from UTC, or jumps by more. */
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

/** The clocks of several zones, each made once. */
export const zoneClocks = (): ((timeZone: string) => ZoneClock) => {
  const clocks = new Map<string, ZoneClock>();
  return (timeZone) => {
    const clock = clocks.get(timeZone) ?? zoneClock(timeZone);
    clocks.set(timeZone, clock);
    return clock;
  };
};
