import { minuteMs } from '#shared/time.ts';
import { type Campaign, type LeftAlone, missedSince } from './campaign.ts';
import type { Slot } from './slot.ts';

/** Events of a change take some seconds to reach the post: slots due within this time count as being published. */
const handsOffMs = minuteMs;

/**
 * Why a slot can no longer be changed: its post is published, being published, or settled; null if it can be changed.
 * @param isSending whether its post was permitted and may still be on its way to X
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
  // Nothing was permitted since the pause.
  const until = campaign.status === 'paused' ? Date.parse(missedSince(campaign)) : now.getTime() + handsOffMs;
  return Date.parse(slot.publishAt) < until ? 'being_published' : null;
};
