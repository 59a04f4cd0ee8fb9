import { DomainError, type FieldError } from '#shared/errors.ts';
import type { Caller } from '#shared/http/route.ts';
import { mayDo } from '#shared/permissions.ts';
import type { Deps } from './deps.ts';
import { isCommitted, isOnSchedule, type LaunchedSlot } from './domain/commitment.ts';
import type { Post } from './domain/post.ts';

type Known = Pick<Deps, 'campaigns'>;

/** Whoever writes a post: a caller, or those for whom a campaign or an automation writes it. */
export type Writer = Pick<Caller, 'workspaceId' | 'personId' | 'people' | 'role' | 'actor' | 'correlationId'>;

/** The slot by which a launched campaign took the post. */
export const launchedSlot = async (
  { campaigns }: Known,
  { workspaceId, id }: Post,
): Promise<LaunchedSlot | undefined> => {
  const slot = await campaigns.launchedSlot(workspaceId, id);
  if (!slot) return undefined;
  const campaign = await campaigns.find(workspaceId, slot.campaignId);
  return { slotId: slot.slotId, isCancelled: campaign?.isCancelled === true };
};

/** Whether the caller's role lets them decide what is published. */
export const mayReschedule = ({ role }: Pick<Caller, 'role'>): boolean => mayDo(role, 'posts:schedule');

/** The error for changing what others have scheduled. */
export const scheduledByOthers = (what: string, fields: FieldError[] = []): DomainError =>
  new DomainError(
    'forbidden',
    'post_is_scheduled',
    `${what} Ask someone who can schedule to change it, or to cancel the schedule first.`,
    { fields },
  );

/**
 * Asserts that the caller may change the content of a post: people who may schedule always, others only while it cannot
 * be published without further action.
 * @throws DomainError `post_is_scheduled`
 */
export const assertMayRewrite = async (known: Known, caller: Writer, post: Post): Promise<void> => {
  if (mayReschedule(caller) || !isCommitted(post, await launchedSlot(known, post))) return;
  throw scheduledByOthers(
    'This post is scheduled or held, or waits for its launched campaign to schedule it, and your role does not include scheduling.',
  );
};

/**
 * Asserts that the caller may delete a post: people who may schedule always, others only if it has no set time, since
 * deleting it takes it off its schedule.
 * @throws DomainError `post_is_scheduled`
 */
export const assertMayDelete = async (known: Known, caller: Caller, post: Post): Promise<void> => {
  if (mayReschedule(caller) || !isOnSchedule(post, await launchedSlot(known, post))) return;
  throw scheduledByOthers('This post is on a schedule, and your role cannot schedule.');
};
