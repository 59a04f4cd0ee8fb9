import { Temporal } from 'temporal-polyfill';
import { dayMs } from '#shared/time.ts';
import type { QueueSlot } from '../domain/queue.ts';
import { instantOf } from '../resolve-local-time.ts';

/** A week at a time, so that slots whose order a gap has changed are sorted. */
const daysAtOnce = 7;

/**
 * Yields the times (UTC) of a queue's slots after `after`, earliest first, each once, for a number of days. Where
 * clocks change, times are resolved as for a post scheduled at a local time.
 * @param timeZone an IANA zone that is known to exist
 */
export function* slotTimes(
  slots: readonly QueueSlot[],
  timeZone: string,
  after: Date,
  days: number,
): Generator<string, void> {
  const until = after.getTime() + days * dayMs;
  const today = Temporal.Instant.fromEpochMilliseconds(after.getTime()).toZonedDateTimeISO(timeZone).toPlainDate();
  let last = after.getTime();
  // The day before may have a time that a gap moved to today.
  for (let from = -1; from <= days + 1; from += daysAtOnce) {
    const week = Array.from({ length: daysAtOnce }, (_, day) => today.add({ days: from + day }));
    const instants = week.flatMap((date) =>
      slots
        .filter(({ weekday }) => weekday === date.dayOfWeek)
        .map(({ time }) => Date.parse(instantOf(`${date.toString()}T${time}`, timeZone).instant)),
    );
    for (const instant of instants.sort((one, other) => one - other)) {
      if (instant > until) return;
      if (instant <= last) continue;
      last = instant;
      yield new Date(instant).toISOString();
    }
  }
}
