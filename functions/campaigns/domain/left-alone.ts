import { minuteMs } from '#shared/time.ts';
import { type Campaign, type LeftAlone, missedSince } from './campaign.ts';
import type { Slot } from './slot.ts';

/** News of a change take some seconds to reach the post: what is due within this time counts as being published. */
const handsOffMs = minuteMs;

/**
 * Why nothing may touch a slot any more: its post is out, on its way, or settled; null when it may be moved or dropped.
 * @param isSending whether its post was permitted to go out, and may still be on its way to X
 */
export const leftAloneFor = (
  slot: Slot,
  campaign: Campaign,
  { now, isSending }: { now: Date; isSending: boolean },
): LeftAlone | null => {
  const { status } = slot;
  if (status === 'published' || status === 'failed' || status === 'dropped') return status;
  if (isSending) return 'being_published';
  if (status !== 'planned') return null;
  // Since the pause nothing was permitted.
  const until = campaign.status === 'paused' ? Date.parse(missedSince(campaign)) : now.getTime() + handsOffMs;
  return Date.parse(slot.publishAt) < until ? 'being_published' : null;
};
