import { Temporal } from 'temporal-polyfill';

/** Local date and time in a zone: `2026-11-22`, `09:30`. */
export interface LocalMoment {
  date: string;
  time: string;
}

/**
 * Returns the local date and time of an instant (UTC), to the minute.
 * @param timeZone an IANA zone that is known to exist
 */
export const localMoment = (instant: string, timeZone: string): LocalMoment => {
  const shown = Temporal.Instant.from(instant).toZonedDateTimeISO(timeZone);
  return {
    date: shown.toPlainDate().toString(),
    time: shown
      .toPlainTime()
      .round({ smallestUnit: 'minute', roundingMode: 'floor' })
      .toString({ smallestUnit: 'minute' }),
  };
};

/**
 * Returns the instant (UTC) at which a day begins in a zone; not midnight where clocks are put forward then.
 * @param date such as `2026-11-22`
 */
export const startOfDay = (date: string, timeZone: string): string =>
  new Date(Temporal.PlainDate.from(date).toZonedDateTime(timeZone).epochMilliseconds).toISOString();

/** Returns the next day. */
export const dayAfter = (date: string): string => Temporal.PlainDate.from(date).add({ days: 1 }).toString();
