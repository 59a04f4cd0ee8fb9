import type * as z from 'zod';
import { DomainError } from '#shared/errors.ts';
import type { Caller } from '#shared/http/route.ts';
import { newId } from '#shared/ids.ts';
import { mayDo } from '#shared/permissions.ts';
import { requirePermitted, requireReady, validateContent } from '../checks/readiness.ts';
import type { Deps } from '../deps.ts';
import { approvalMissing, approve, requestChanges, submit } from '../domain/approval.ts';
import type { Comment } from '../domain/comment.ts';
import { withHash } from '../domain/content-hash.ts';
import { handsBehind } from '../domain/hands.ts';
import type { Post } from '../domain/post.ts';
import { release } from '../domain/release.ts';
import type { Writer } from '../may-change.ts';
import { scheduleAsAsked } from '../scheduling/schedule.ts';
import type { approvePost } from './contract.ts';

/** Called before anything is written, so that no step is half done. @throws DomainError `too_many_comments` */
const assertSayable = async (
  { comments }: Deps,
  { workspaceId, id }: Post,
  text: string | undefined,
): Promise<void> => {
  if (text !== undefined) await comments.assertRoom(workspaceId, id);
};

/** Stores a comment on a post, if one was given. */
const say = async (
  { comments, now }: Deps,
  { workspaceId, id: postId }: Post,
  caller: Writer,
  text: string | undefined,
  about: Comment['about'],
): Promise<void> => {
  if (text === undefined) return;
  const comment = { id: newId('cmt', now()), workspaceId, postId, text, writtenBy: caller.personId, about };
  await comments.create(comment, caller);
};

/** Submits the current content of a post for approval. @throws DomainError if X would refuse it */
export const submitForApproval = async (
  deps: Deps,
  post: Post,
  caller: Writer,
  comment: string | undefined,
): Promise<Post> => {
  await assertSayable(deps, post, comment);
  const current = withHash(post, (await validateContent(deps, post)).files);
  const submitted = submit(current, { by: caller.personId, submitters: caller.people }, deps.now());
  const saved = submitted === current ? post : await deps.posts.save(submitted, caller);
  await say(deps, saved, caller, comment, 'submitted');
  return saved;
};

/**
 * Approves the current content of a post, and schedules it in the same write if requested.
 * @throws DomainError `four_eyes`, `only_for_people`, `writer_unknown`, `override_not_permitted`, `policy_blocked`,
 *   `policy_warnings`, and those of scheduling
 */
export const approveAsAsked = async (
  deps: Deps,
  post: Post,
  caller: Caller,
  { comment, schedule, override }: z.infer<typeof approvePost.request.body>,
): Promise<Post> => {
  if (override && !mayDo(caller.role, 'posts:override')) {
    throw new DomainError('forbidden', 'override_not_permitted', 'Only owners and admins may override.');
  }
  await assertSayable(deps, post, override ? override.reason : comment);
  const { files } = await validateContent(deps, post);
  const current = withHash(post, files);
  const { approval: demanded } = await deps.settings.get(caller.workspaceId);
  const now = deps.now();
  const decision = { by: caller.personId, hands: handsBehind(current, files), demanded };
  const approved = approve(current, { ...decision, isOverride: override !== undefined }, now);
  const onItsWay = schedule
    ? await requireReady(deps, (await scheduleAsAsked(approved, schedule, caller.personId, now)).post)
    : releaseApproved(await requirePermitted(deps, approved), now);
  const saved = await deps.posts.save(onItsWay, caller);
  await say(deps, saved, caller, override ? override.reason : comment, 'approved');
  return saved;
};

/** Sends a post back to its writer. */
export const sendBack = async (deps: Deps, post: Post, caller: Caller, comment: string): Promise<Post> => {
  await assertSayable(deps, post, comment);
  const saved = await deps.posts.save(requestChanges(post, caller.personId, deps.now()), caller);
  await say(deps, saved, caller, comment, 'changes_requested');
  return saved;
};

/** Releases the approved post if it was held only for the approval. */
export const releaseApproved = (post: Post, now: Date): Post =>
  post.status === 'held' && post.problem?.code === approvalMissing ? release(post, now) : post;
