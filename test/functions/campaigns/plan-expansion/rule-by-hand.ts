import type { Rule } from '#shared/recurrence/rule.ts';

const dayMs = 86_400_000;
const weekdays = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];

/** A day with the properties that rules test. */
const factsOf = (at: number) => {
  const date = new Date(at);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  const [yearStart, yearEnd] = [Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1)];
  return {
    at,
    year,
    month: month + 1,
    day: date.getUTCDate(),
    weekday: weekdays[date.getUTCDay()] ?? '',
    inMonth: new Date(Date.UTC(year, month + 1, 0)).getUTCDate(),
    yearDay: (at - yearStart) / dayMs + 1,
    inYear: (yearEnd - yearStart) / dayMs,
  };
};
type Facts = ReturnType<typeof factsOf>;

/** Whether the list contains that place, counted from either end. */
const counts = (numbers: readonly number[], place: number, length: number): boolean =>
  numbers.includes(place) || numbers.includes(place - length - 1);

const matches = (rule: Rule, first: Facts, day: Facts): boolean => {
  const { freq, byDay, byMonth, byMonthDay, byYearDay } = rule;
  const isImplied = byDay.length + byMonthDay.length + byYearDay.length === 0;
  if (isImplied && freq === 'WEEKLY' && day.weekday !== first.weekday) return false;
  if (isImplied && (freq === 'MONTHLY' || freq === 'YEARLY') && day.day !== first.day) return false;
  if (isImplied && freq === 'YEARLY' && byMonth.length === 0 && day.month !== first.month) return false;
  if (byMonth.length > 0 && !byMonth.includes(day.month)) return false;
  if (byMonthDay.length > 0 && !counts(byMonthDay, day.day, day.inMonth)) return false;
  if (byYearDay.length > 0 && !counts(byYearDay, day.yearDay, day.inYear)) return false;
  if (byDay.length === 0) return true;
  return byDay.some(({ ordinal, day: weekday }) => {
    if (weekday !== day.weekday) return false;
    if (ordinal === null) return true;
    const isOfMonth = freq === 'MONTHLY' || byMonth.length > 0;
    const [place, length] = isOfMonth ? [day.day, day.inMonth] : [day.yearDay, day.inYear];
    return ordinal === Math.ceil(place / 7) || ordinal === -Math.ceil((length - place + 1) / 7);
  });
};

/** Which period of the rule a day is in, counted from that of its start. */
const periodOf = ({ freq, wkst }: Rule, first: Facts, day: Facts): number => {
  const weekOf = ({ at }: Facts): number => Math.floor((at / dayMs + 4 - weekdays.indexOf(wkst)) / 7);
  switch (freq) {
    case 'DAILY':
      return (day.at - first.at) / dayMs;
    case 'WEEKLY':
      return weekOf(day) - weekOf(first);
    case 'MONTHLY':
      return (day.year - first.year) * 12 + day.month - first.month;
    case 'YEARLY':
      return day.year - first.year;
  }
};

/**
 * The first times of a rule, found by testing each day of `years` calendar years as RFC 5545 says: slow but simple.
 * BYWEEKNO and UNTIL are not supported.
 */
export const timesByHand = (rule: Rule, start: string, years: number): string[] => {
  const from = Date.parse(`${start}Z`);
  const first = factsOf(Math.floor(from / dayMs) * dayMs);
  const periodStart = Date.UTC(first.year, 0, 1) - 7 * dayMs;
  const byPeriod = new Map<number, number[]>();
  for (let at = periodStart; at < Date.UTC(first.year + years, 0, 1); at += dayMs) {
    const day = factsOf(at);
    const period = periodOf(rule, first, day);
    if (period < 0 || period % rule.interval !== 0 || !matches(rule, first, day)) continue;
    byPeriod.set(period, [...(byPeriod.get(period) ?? []), at]);
  }
  const clock = (from - first.at) / 60_000;
  const hours = rule.byHour.length > 0 ? rule.byHour : [Math.floor(clock / 60)];
  const minutes = rule.byMinute.length > 0 ? rule.byMinute : [clock % 60];
  return [...byPeriod.values()]
    .flatMap((days) => {
      const chosen = rule.bySetPos.map((place) => days.at(place > 0 ? place - 1 : place));
      return rule.bySetPos.length > 0 ? days.filter((day) => chosen.includes(day)) : days;
    })
    .flatMap((day) => hours.flatMap((hour) => minutes.map((minute) => day + (hour * 60 + minute) * 60_000)))
    .filter((at) => at >= from)
    .sort((one, other) => one - other)
    .slice(0, rule.count ?? undefined)
    .map((at) => new Date(at).toISOString().slice(0, 16));
};
