import type { ZoneClock } from '#shared/zone-clock.ts';
import type { PlannedSlot } from '../domain/planned-slot.ts';
import type { Slot } from '../domain/slot.ts';
import { wallText } from './wall-time.ts';

/** A slot of a launched campaign as its plan has it. What it publishes is its post by now, also where that was made of a template. */
export const plannedFromSlot = (
  { slotKey, trackId, accountId, postId, publishAt, timeZone, reasons }: Slot,
  clockOf: (timeZone: string) => ZoneClock,
): PlannedSlot => ({
  ...{ slotKey, trackId, accountId, publishAt, timeZone, reasons },
  content: { kind: 'post', postId },
  wallTime: wallText(clockOf(timeZone).wallAt(Date.parse(publishAt))),
});
