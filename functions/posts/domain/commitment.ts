import { approvalMissing } from './approval.ts';
import { changedAfterLaunch } from './changed-after-launch.ts';
import type { Post } from './post.ts';
import { isHeldByPolicy } from './publication.ts';
import { isPartlyOut } from './release.ts';

/** Slot by which a launched campaign took a post; it may not have planned the post yet. */
export interface LaunchedSlot {
  slotId: string;
  /** Whether the campaign was cancelled since. */
  isCancelled: boolean;
}

/**
 * Whether the campaign has yet to plan the post. Slot ids sort by creation time: once this slot or a later one has
 * planned the post, the post's own state decides.
 */
const isAwaited = ({ slot }: Post, launched: LaunchedSlot | undefined): boolean =>
  launched !== undefined && !launched.isCancelled && !(slot && slot.slotId >= launched.slotId);

/**
 * Whether the post is held until an authorised person decides on its content as it is then. Nothing of it is published
 * before.
 */
const waitsForWord = (post: Post): boolean => {
  const { status, problem } = post;
  const isAsked = problem?.code === approvalMissing || problem?.code === changedAfterLaunch.code;
  return (status === 'held' && isAsked) || isHeldByPolicy(post);
};

const mayBeOnX = (post: Post): boolean => isPartlyOut(post) || post.publication?.isUnsettled === true;

/**
 * Whether the post has a time that still holds, set by a person or a campaign.
 * @param launched slot of the launched campaign that took the post
 */
export const isOnSchedule = (post: Post, launched: LaunchedSlot | undefined): boolean => {
  switch (post.status) {
    case 'scheduled':
    case 'publishing':
    case 'held':
      return true;
    case 'draft':
    case 'failed':
    case 'cancelled':
    case 'missed':
      return mayBeOnX(post) || isAwaited(post, launched);
    case 'published':
    case 'unpublishing':
    case 'unpublished':
    case 'deleted':
      return false;
  }
};

/**
 * Whether the post can be published, or continue, without any action by people who may schedule: when its time comes,
 * the reason for holding it is gone, its campaign plans it or is resumed, or a lost execution is revived. Only those
 * people may change the content of such a post.
 * @param launched slot of the launched campaign that took the post
 */
export const isCommitted = (post: Post, launched: LaunchedSlot | undefined): boolean =>
  isOnSchedule(post, launched) && (mayBeOnX(post) || isAwaited(post, launched) || !waitsForWord(post));
