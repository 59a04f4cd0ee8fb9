import { Temporal } from 'temporal-polyfill';
import { DomainError } from '#shared/errors.ts';
import { maxDays } from '../domain/publication-days.ts';
import type { RelativeDays, ReportPeriod } from '../domain/report-definition.ts';
import { firstOf, type Period, todayIn } from '../totals/period.ts';

/**
 * Returns the days of a period at an instant.
 * @param timeZone an IANA zone that is known to exist
 * @param path of the period in the request
 * @throws DomainError `invalid_period` if it ends before it begins, begins after today, or is too long
 */
export const daysMeant = (period: ReportPeriod, timeZone: string, now: Date, path = 'body.period'): Period => {
  const today = todayIn(now, timeZone);
  if (period.kind === 'relative') return { ...relative(period.days, today), timeZone };
  const { from, to } = period;
  if (from > to) throw invalidPeriod(path, 'must not be after `to`');
  if (from > today) throw invalidPeriod(path, 'must not be after today');
  if (from < firstOf(maxDays, to)) throw invalidPeriod(path, `must be at most ${maxDays - 1} days before \`to\``);
  return { from, to, timeZone };
};

const lengths = { last_7_days: 7, last_28_days: 28, last_90_days: 90 } as const;

const relative = (days: RelativeDays, today: string): { from: string; to: string } => {
  const day = Temporal.PlainDate.from(today);
  if (days === 'last_month') {
    const first = day.with({ day: 1 });
    return { from: first.subtract({ months: 1 }).toString(), to: first.subtract({ days: 1 }).toString() };
  }
  const to = day.subtract({ days: 1 }).toString();
  return { from: firstOf(lengths[days], to), to };
};

const invalidPeriod = (path: string, message: string): DomainError =>
  new DomainError('invalid', 'invalid_period', `\`from\` ${message}.`, {
    fields: [{ path: `${path}.from`, code: 'invalid_period', message }],
  });
