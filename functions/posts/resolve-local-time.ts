import { Temporal } from 'temporal-polyfill';

/** How a local time became an instant. */
export type Resolution = 'exact' | 'gap_moved_forward' | 'overlap_earlier';

/**
 * The instant (UTC) at which clocks in the zone show that time. A time that is skipped when clocks are put forward
 * moves forward by the same amount; of a time that occurs twice when they are put back, the earlier one counts
 * (ECMA-262 Temporal: disambiguation "compatible").
 * @param localTime such as `2026-03-29T02:30`
 * @param timeZone an IANA zone that is known to exist
 */
export const instantOf = (localTime: string, timeZone: string): { instant: string; resolution: Resolution } => {
  const shown = Temporal.PlainDateTime.from(localTime);
  const at = shown.toZonedDateTime(timeZone, { disambiguation: 'compatible' });
  const later = shown.toZonedDateTime(timeZone, { disambiguation: 'later' });
  const isInGap = !at.toPlainDateTime().equals(shown);
  const isTwice = !isInGap && later.epochMilliseconds !== at.epochMilliseconds;
  return {
    instant: new Date(at.epochMilliseconds).toISOString(),
    resolution: isInGap ? 'gap_moved_forward' : isTwice ? 'overlap_earlier' : 'exact',
  };
};
