import { DomainError } from '#shared/errors.ts';
import { knownTimeZone } from '#shared/http/time-zone.ts';
import type { Clock } from '#shared/time.ts';
import { maxDays } from '../domain/publication-days.ts';
import { firstOf, type Period, todayIn } from '../totals/period.ts';

const defaultDays = 28;

interface AskedPeriod {
  from?: string | undefined;
  to?: string | undefined;
  timeZone: string;
}

/**
 * Returns the days that a query asks for. Without a first day: the 28 days up to the last; without a last one: up to
 * today.
 * @throws DomainError `invalid_time_zone`; `invalid_period` if today is the last day and `from` is after it or too long
 *   ago
 */
export const askedPeriod = ({ from, to, timeZone }: AskedPeriod, now: Clock): Period => {
  const zone = knownTimeZone(timeZone, 'query');
  const last = to ?? todayIn(now(), zone);
  const first = from ?? firstOf(defaultDays, last);
  if (first > last) throw invalidPeriod('must not be after today');
  if (first < firstOf(maxDays, last)) throw invalidPeriod(`must be at most ${maxDays - 1} days ago`);
  return { from: first, to: last, timeZone: zone };
};

const invalidPeriod = (message: string): DomainError =>
  new DomainError('invalid', 'invalid_period', `\`from\` ${message}.`, {
    fields: [{ path: 'query.from', code: 'invalid_period', message }],
  });
