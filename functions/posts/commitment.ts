import { DomainError, type FieldError } from '#shared/errors.ts';
import type { Caller } from '#shared/http/route.ts';
import { mayDo } from '#shared/permissions.ts';
import type { Deps } from './deps.ts';
import { isCommitted, isOnSchedule, type LaunchedSlot } from './domain/commitment.ts';
import type { Media } from './domain/media.ts';
import type { Post } from './domain/post.ts';

type Known = Pick<Deps, 'posts' | 'campaigns' | 'mediaUses'>;

/** Whoever writes a post: a caller, or those for whom a campaign has it written. */
export type Writer = Pick<Caller, 'workspaceId' | 'personId' | 'people' | 'role' | 'actor' | 'correlationId'>;

const launchedSlot = async (
  { campaigns }: Pick<Known, 'campaigns'>,
  { workspaceId, id }: Post,
): Promise<LaunchedSlot | undefined> => {
  const slot = await campaigns.launchedSlot(workspaceId, id);
  if (!slot) return undefined;
  const campaign = await campaigns.find(workspaceId, slot.campaignId);
  return { slotId: slot.slotId, isCancelled: campaign?.isCancelled === true };
};

/** Whether the caller's role lets them say what goes out. */
export const mayReschedule = ({ role }: Pick<Caller, 'role'>): boolean => mayDo(role, 'posts:schedule');

/** The error for those who would change what others let go out. */
const isScheduled = (what: string, fields: FieldError[] = []): DomainError =>
  new DomainError(
    'forbidden',
    'post_is_scheduled',
    `${what} Ask someone who can schedule to change it, or to cancel the schedule first.`,
    { fields },
  );

/**
 * Lets everybody who may schedule change what a post says, and others only while it cannot go out by itself.
 * @throws DomainError `post_is_scheduled`
 */
export const assertMayRewrite = async (known: Known, caller: Writer, post: Post): Promise<void> => {
  if (mayReschedule(caller) || !isCommitted(post, await launchedSlot(known, post))) return;
  throw isScheduled('This post can be published without further action, and your role does not include scheduling.');
};

/**
 * Lets everybody who may schedule delete a post, and others only one without a set time: deleting it takes it off
 * its schedule. @throws DomainError `post_is_scheduled`
 */
export const assertMayDelete = async (known: Known, caller: Caller, post: Post): Promise<void> => {
  if (mayReschedule(caller) || !isOnSchedule(post, await launchedSlot(known, post))) return;
  throw isScheduled('This post is on a schedule, and your role cannot schedule.');
};

/**
 * Maximum number of posts of one file looked at, and guarded in the one transaction with it (DynamoDB takes 100
 * writes).
 */
const maxLookedAt = 90;

/**
 * Lets everybody who may schedule change the description of a file, and others only while no post that carries it can
 * go out by itself. They cannot change a file that has more posts than can be looked at.
 * @returns the posts that must still be as they were when the file is written
 * @throws DomainError `post_is_scheduled`, which names posts
 */
export const postsToGuard = async (known: Known, caller: Caller, { workspaceId, id }: Media): Promise<Post[]> => {
  if (mayReschedule(caller)) return [];
  const ids = await known.mediaUses.postsWith(workspaceId, id, maxLookedAt + 1);
  if (ids.length > maxLookedAt) {
    throw isScheduled(`More than ${maxLookedAt} posts use this file, and your role cannot schedule.`);
  }
  const found = await Promise.all(ids.map((postId) => known.posts.find(workspaceId, postId)));
  const posts = found.flatMap((post) => (post?.parts.some(({ mediaIds }) => mediaIds.includes(id)) ? [post] : []));
  const committed = await Promise.all(posts.map(async (post) => isCommitted(post, await launchedSlot(known, post))));
  const fields = posts.flatMap((post, place) =>
    committed[place] === true
      ? [{ path: 'path.mediaId', code: 'post_is_scheduled', message: `is used by the post ${post.id}` }]
      : [],
  );
  if (fields.length > 0)
    throw isScheduled(
      'This file is used by a post that can be published without further action, and your role does not include scheduling.',
      fields,
    );
  return posts;
};
