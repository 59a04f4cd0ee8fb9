import { dayMs } from '#shared/time.ts';
import { type ZoneClock, zoneClocks } from '#shared/zone-clock.ts';
import type { Plan, Times, Track } from '../domain/plan.ts';
import { placeWallTime } from '../plan-expansion/place-wall-time.ts';
import { membersOf } from '../plan-expansion/series.ts';
import { instantText, wallOf, wallText } from '../plan-expansion/wall-time.ts';

/**
 * Moves a plan by whole days, keeping local times across clock changes. Blackouts stay, as they are calendar dates.
 * Changes to single slots are dropped: they were about the old days, and a rule has other slots on other days.
 * @param days whole days; negative: earlier
 */
export const shiftPlan = (plan: Plan, days: number): Plan => {
  const clockOf = zoneClocks();
  return {
    ...plan,
    tracks: plan.tracks.map((track) => shiftTrack(track, days, clockOf(track.timeZone ?? plan.timeZone))),
  };
};

/**
 * Moves a plan so that its first slot is on another day. If its rules have no slot on that day, for example because
 * they name weekdays, the plan starts there and the first slot is on the next day that they allow.
 * @param first day of the first slot that the plan publishes, such as `2027-01-04`
 * @throws DomainError `invalid_plan` if a moved rule cannot be expanded
 */
export const startPlanOn = (plan: Plan, first: string, start: string): Plan => {
  const [begin, firstWall] = [wallsFrom(plan, beginOf), wallsFrom(plan, firstOf)];
  const days = daysBetween(first, start);
  const shifted = shiftPlan(plan, days);
  // A rule that is not moved by whole weeks matches other days, which can be earlier.
  const isEarlier = wallsFrom(shifted, firstOf) < firstWall + days * dayMs;
  return isEarlier ? shiftPlan(plan, daysBetween(wallText(begin).slice(0, 10), start)) : shifted;
};

const daysBetween = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / dayMs);

type WallOf = (track: Track, plan: Plan, clock: ZoneClock) => number;

/** The earliest of all tracks, as a wall time in milliseconds. */
const wallsFrom = (plan: Plan, wallOfTrack: WallOf): number => {
  const clockOf = zoneClocks();
  return Math.min(...plan.tracks.map((track) => wallOfTrack(track, plan, clockOf(track.timeZone ?? plan.timeZone))));
};

/** The first slot of a track, before edits. */
const firstOf: WallOf = (track, plan, clock) => {
  const path = `tracks.${plan.tracks.indexOf(track)}`;
  const [first] = membersOf(track, plan.policies.monthEnd, clock, path);
  if (first?.at) return 'wall' in first.at ? first.at.wall : clock.wallAt(first.at.instant);
  return track.times.kind === 'spread' ? clock.wallAt(Date.parse(track.times.from)) : Infinity;
};

/** The earliest time at which a track can have slots. */
const beginOf: WallOf = (track, plan, clock) =>
  track.times.kind === 'recurrence' ? wallOf(track.since ?? track.times.start) : firstOf(track, plan, clock);

const shiftTrack = (track: Track, days: number, clock: ZoneClock): Track => {
  const bound = (original: string | null): string | null =>
    original === null ? null : shiftOriginal(original, track.times, days, clock);
  return {
    ...track,
    times: shiftTimes(track.times, days, clock),
    since: bound(track.since),
    until: bound(track.until),
    overrides: [],
  };
};

const shiftTimes = (times: Times, days: number, clock: ZoneClock): Times => {
  switch (times.kind) {
    case 'fixed':
      return { ...times, instants: times.instants.map((instant) => shiftInstant(instant, days, clock)) };
    case 'recurrence':
      return { ...times, start: shiftWall(times.start, days), rule: shiftUntil(times.rule, days) };
    case 'spread':
      return {
        ...times,
        from: shiftInstant(times.from, days, clock),
        to: shiftInstant(times.to, days, clock),
      };
  }
};

/** Moves the bound of a split track: a wall time or an instant; a position in a spread stays. */
const shiftOriginal = (original: string, { kind }: Times, days: number, clock: ZoneClock): string => {
  if (kind === 'recurrence') return shiftWall(original, days);
  return kind === 'fixed' ? shiftInstant(original, days, clock) : original;
};

const shiftWall = (wall: string, days: number): string => wallText(wallOf(wall) + days * dayMs);

const shiftInstant = (instant: string, days: number, clock: ZoneClock): string => {
  const wall = clock.wallAt(Date.parse(instant)) + days * dayMs;
  const placed = placeWallTime(wall, clock, { gap: 'shift_later', overlap: 'first' });
  return instantText(placed.instant ?? Date.parse(instant) + days * dayMs);
};

/** Moves the UNTIL of a rule, which is a date, a local time or an instant. */
const shiftUntil = (rule: string, days: number): string =>
  rule.replace(/(UNTIL=)(\d{4})(\d\d)(\d\d)/i, (_, name: string, year: string, month: string, day: string) => {
    const moved = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day) + days));
    return name + moved.toISOString().slice(0, 10).replaceAll('-', '');
  });
