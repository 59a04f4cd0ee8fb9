import { dayMs, minuteMs } from '#shared/time.ts';
import type { ZoneClock } from '#shared/zone-clock.ts';
import type { Plan } from '../domain/plan.ts';
import type { Blackout, Spacing } from '../domain/plan-policies.ts';
import type { Taken } from './context.ts';
import { clockMs, dayNumberOf, timeOfDay, wallOf } from './wall-time.ts';

/** Why an account cannot publish at an instant and, if waiting helps, until when. */
export type Block =
  | { kind: 'blackout'; name: string; from: string; to: string }
  | { kind: 'quiet_hours'; from: string; to: string; until: number }
  | { kind: 'minimum_gap'; after: string | null; until: number }
  | { kind: 'daily_maximum'; max: number; until: number };

/**
 * The planned publications of one account. Instants are epoch milliseconds; days and hours are in the plan's time zone.
 */
export interface AccountCalendar {
  /** The most important reason not to publish at an instant; null if there is none. */
  blockAt: (instant: number) => Block | null;
  /** All reasons not to publish at an instant, most important first. */
  blocksAt: (instant: number) => Block[];
  /** Adds a publication. @param slotKey null for one outside the plan */
  take: (instant: number, slotKey: string | null) => void;
}

/** The first instant of a wall time after another instant; the second of an overlap if need be. */
const instantAfter = (wall: number, instant: number, clock: ZoneClock): number => {
  const shown = clock.instantsOf(wall);
  const found = shown.length > 0 ? shown : [clock.afterGap(wall).instant];
  return found.find((each) => each > instant) ?? instant + minuteMs;
};

export const accountCalendar = (
  { minimumGapMinutes, quietHours, maxPerDay }: Spacing,
  blackouts: readonly Blackout[],
  clock: ZoneClock,
): AccountCalendar => {
  const gap = minimumGapMinutes * minuteMs;
  const closed = blackouts.map((blackout) => ({
    blackout,
    from: blackout.kind === 'days' ? wallOf(`${blackout.from}T00:00`) : Date.parse(blackout.from),
    until: blackout.kind === 'days' ? wallOf(`${blackout.to}T00:00`) + dayMs : Date.parse(blackout.to),
  }));
  /** In order of time. */
  const taken: { instant: number; slotKey: string | null }[] = [];
  const perDay = new Map<number, number>();
  /** From a full day to a later one that may have room, so that no full day is walked twice. */
  const skips = new Map<number, number>();

  /** Index of the first one at or after `instant`. */
  const placeOf = (instant: number): number => {
    let [low, high] = [0, taken.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((taken[middle]?.instant ?? Infinity) < instant) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const quietUntil = (wall: number): number | null => {
    if (!quietHours) return null;
    const [from, to] = [clockMs(quietHours.from), clockMs(quietHours.to)];
    const time = timeOfDay(wall);
    const isQuiet = from < to ? from <= time && time < to : from <= time || time < to;
    return isQuiet ? wall - time + to + (time >= to ? dayMs : 0) : null;
  };
  const tooClose = (instant: number): Block | null => {
    let until = instant;
    let after: string | null = null;
    for (let place = placeOf(instant - gap + 1); place < taken.length; place += 1) {
      const other = taken[place];
      if (!other || other.instant >= until + gap) break;
      until = other.instant + gap;
      after = other.slotKey;
    }
    return until === instant ? null : { kind: 'minimum_gap', after, until };
  };
  const isFull = (day: number): boolean => maxPerDay !== null && (perDay.get(day) ?? 0) >= maxPerDay;
  const dayWithRoom = (day: number): number => {
    let found = day;
    while (isFull(found)) found = skips.get(found) ?? found + 1;
    for (let each = day; each < found;) {
      const next = skips.get(each) ?? each + 1;
      skips.set(each, found);
      each = next;
    }
    return found;
  };

  const blackoutAt = (instant: number): Block | null => {
    const wall = clock.wallAt(instant);
    const hit = closed.find(({ blackout, from, until }) => {
      const at = blackout.kind === 'days' ? wall : instant;
      return from <= at && at < until;
    });
    return hit ? { kind: 'blackout', name: hit.blackout.name, from: hit.blackout.from, to: hit.blackout.to } : null;
  };
  const quietAt = (instant: number): Block | null => {
    const loud = quietUntil(clock.wallAt(instant));
    if (!quietHours || loud === null) return null;
    return { kind: 'quiet_hours', ...quietHours, until: instantAfter(loud, instant, clock) };
  };
  const fullAt = (instant: number): Block | null => {
    const wall = clock.wallAt(instant);
    const day = dayNumberOf(wall);
    if (maxPerDay === null || !isFull(day)) return null;
    const next = dayWithRoom(day) * dayMs + timeOfDay(wall);
    return { kind: 'daily_maximum', max: maxPerDay, until: instantAfter(next, instant, clock) };
  };

  return {
    blockAt: (instant) => blackoutAt(instant) ?? quietAt(instant) ?? tooClose(instant) ?? fullAt(instant),
    blocksAt: (instant) =>
      [blackoutAt, quietAt, tooClose, fullAt].map((find) => find(instant)).filter((block) => block !== null),
    take: (instant, slotKey) => {
      taken.splice(placeOf(instant), 0, { instant, slotKey });
      const day = dayNumberOf(clock.wallAt(instant));
      perDay.set(day, (perDay.get(day) ?? 0) + 1);
    },
  };
};

/** Calendars of a plan's accounts, including what else they publish. */
export const accountCalendars = (
  { spacing, accountSpacing, blackouts }: Pick<Plan, 'spacing' | 'accountSpacing' | 'blackouts'>,
  taken: readonly Taken[],
  clock: ZoneClock,
): ((accountId: string) => AccountCalendar) => {
  const calendars = new Map<string, AccountCalendar>();
  const calendarOf = (accountId: string): AccountCalendar => {
    const own = accountSpacing.find((each) => each.accountId === accountId) ?? spacing;
    const calendar = calendars.get(accountId) ?? accountCalendar(own, blackouts, clock);
    calendars.set(accountId, calendar);
    return calendar;
  };
  for (const { accountId, publishAt } of taken) calendarOf(accountId).take(Date.parse(publishAt), null);
  return calendarOf;
};
