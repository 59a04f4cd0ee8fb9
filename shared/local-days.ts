import { Temporal } from 'temporal-polyfill';

/** Day and time on the clock of a zone: `2026-11-22`, `09:30`. */
export interface LocalMoment {
  date: string;
  time: string;
}

/**
 * What the clock of a zone shows at an instant (UTC), to the minute.
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
 * The instant (UTC) at which a day begins in a zone: not always midnight, where clocks are put forward then.
 * @param date such as `2026-11-22`
 */
export const startOfDay = (date: string, timeZone: string): string =>
  new Date(Temporal.PlainDate.from(date).toZonedDateTime(timeZone).epochMilliseconds).toISOString();

/** The day after that day. */
export const dayAfter = (date: string): string => Temporal.PlainDate.from(date).add({ days: 1 }).toString();
