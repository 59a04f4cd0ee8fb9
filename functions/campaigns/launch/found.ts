import type { LaunchCode, LaunchFinding, LaunchPlace } from '../domain/launch-report.ts';
import type { SlotFacts } from '../domain/publishing-facts.ts';

/** A finding with its level. */
export interface Found extends LaunchFinding {
  level: 'blocker' | 'warning';
}

export const nowhere: LaunchPlace = { trackId: null, slotKey: null, postId: null, accountId: null };
export const atAccount = (accountId: string): LaunchPlace => ({ ...nowhere, accountId });
export const atSlot = ({ trackId, slotKey, accountId, post }: SlotFacts): LaunchPlace => ({
  trackId,
  slotKey,
  postId: post?.postId ?? null,
  accountId,
});

export const found = (
  level: Found['level'],
  code: LaunchCode,
  place: LaunchPlace,
  message: string,
  advice: string,
): Found => ({ level, code, place, message, advice });
