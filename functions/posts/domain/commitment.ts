import { approvalMissing } from './approval.ts';
import { changedAfterLaunch } from './changed-after-launch.ts';
import type { Post } from './post.ts';
import { isHeldByPolicy } from './publication.ts';
import { isPartlyOut } from './release.ts';

/** The slot by which a campaign that was launched took a post; it may not have planned the post yet. */
export interface LaunchedSlot {
  slotId: string;
  /** The campaign was cancelled since. */
  isCancelled: boolean;
}

/**
 * Whether the campaign has yet to plan the post by itself. Slot ids sort by creation time: for a post that this slot
 * or a later one has planned, the post's own state decides.
 */
const isAwaited = ({ slot }: Post, launched: LaunchedSlot | undefined): boolean =>
  launched !== undefined && !launched.isCancelled && !(slot && slot.slotId >= launched.slotId);

/** Held until an authorised person decides on exactly its content at that time: nothing of it is out before. */
const waitsForWord = (post: Post): boolean => {
  const { status, problem } = post;
  const isAsked = problem?.code === approvalMissing || problem?.code === changedAfterLaunch.code;
  return (status === 'held' && isAsked) || isHeldByPolicy(post);
};

const mayBeOnX = (post: Post): boolean => isPartlyOut(post) || post.publication?.isUnsettled === true;

/**
 * Whether the post has a time that still stands, from a person or a campaign. @param launched what a campaign wants of
 * it
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
 * Whether the post can go out, or continue, without any action of those who may schedule: when its time comes, when
 * the reason for holding it is gone, when its campaign plans it or is resumed, when a lost execution is revived. They
 * alone may change the content of such a post.
 * @param launched what a campaign wants of it
 */
export const isCommitted = (post: Post, launched: LaunchedSlot | undefined): boolean =>
  isOnSchedule(post, launched) && (mayBeOnX(post) || isAwaited(post, launched) || !waitsForWord(post));
