import type { ZoneClock } from '#shared/zone-clock.ts';
import type { PlannedSlot } from '../domain/planned-slot.ts';
import type { Slot } from '../domain/slot.ts';
import { wallText } from './wall-time.ts';

/**
 * Converts a slot of a launched campaign back to a planned slot. Its content is its post, even if made from a template.
 */
export const plannedFromSlot = (
  { slotKey, trackId, accountId, postId, publishAt, timeZone, reasons }: Slot,
  clockOf: (timeZone: string) => ZoneClock,
): PlannedSlot => ({
  ...{ slotKey, trackId, accountId, publishAt, timeZone, reasons },
  content: { kind: 'post', postId },
  wallTime: wallText(clockOf(timeZone).wallAt(Date.parse(publishAt))),
});
