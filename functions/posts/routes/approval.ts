import { DomainError } from '../../../shared/errors.ts';
import { mayDo } from '../../../shared/http/permissions.ts';
import { route, type Caller, type Route } from '../../../shared/http/route.ts';
import { newId } from '../../../shared/ids.ts';
import { approvalMissing } from '../claim-checks.ts';
import * as contract from '../contract/approval.ts';
import type { Deps } from '../deps.ts';
import { approve, requestChanges, submit } from '../domain/approval.ts';
import type { Comment } from '../domain/comment.ts';
import type { Post } from '../domain/post.ts';
import { release } from '../domain/reviving.ts';
import { assertPublishable } from '../publishable.ts';
import { scheduleAsAsked } from '../scheduling.ts';
import { reader } from './read.ts';

/** Who may say what goes out. */
export const approvalRoutes = (deps: Deps): Route[] => {
  const { posts, comments, settings, now } = deps;
  const read = reader(deps);
  const say = async (post: Post, caller: Caller, text: string | undefined, about: Comment['about']): Promise<void> => {
    if (text === undefined) return;
    const { workspaceId, id: postId } = post;
    const comment = { id: newId('cmt', now()), workspaceId, postId, text, writtenBy: caller.personId, about };
    await comments.create(comment, caller);
  };
  return [
    route(contract.submitPost, async ({ path, body, caller, request }) => {
      const post = await read(caller, path, request);
      await assertPublishable(deps, post);
      const submitted = submit(post, caller.personId, now());
      const saved = submitted === post ? post : await posts.save(submitted, caller);
      await say(saved, caller, body.comment, 'submitted');
      return saved;
    }),
    route(contract.approvePost, async ({ path, body, caller, request }) => {
      const post = await read(caller, path, request);
      const { override } = body;
      if (override && !mayDo(caller.role, 'posts:override')) {
        throw new DomainError('forbidden', 'override_not_permitted', 'Only owners and admins may override.');
      }
      await assertPublishable(deps, post);
      const { approval: demanded } = await settings.get(caller.workspaceId);
      const isOverride = override !== undefined;
      const approved = approve(post, { by: caller.personId, demanded, isOverride }, now());
      const onItsWay = body.schedule
        ? (await scheduleAsAsked(approved, body.schedule, caller.personId, now())).post
        : releaseApproved(approved, now());
      const saved = await posts.save(onItsWay, caller);
      await say(saved, caller, override ? override.reason : body.comment, 'approved');
      return saved;
    }),
    route(contract.requestPostChanges, async ({ path, body, caller, request }) => {
      const post = await read(caller, path, request);
      const saved = await posts.save(requestChanges(post, caller.personId, now()), caller);
      await say(saved, caller, body.comment, 'changes_requested');
      return saved;
    }),
    route(contract.commentPost, async ({ path, body, caller }) => {
      const { id: postId, workspaceId } = await posts.get(caller.workspaceId, path.postId);
      const id = newId('cmt', now());
      return comments.create(
        { id, workspaceId, postId, text: body.text, writtenBy: caller.personId, about: null },
        caller,
      );
    }),
    route(contract.listComments, async ({ path: { postId }, query: { limit, cursor }, caller: { workspaceId } }) => {
      await posts.get(workspaceId, postId);
      const scope = { operation: contract.listComments.id, workspaceId, postId };
      return comments.list(workspaceId, postId, { limit, cursor, scope });
    }),
  ];
};

/** The approved post: one that waited for the approval alone goes on. */
const releaseApproved = (post: Post, now: Date): Post =>
  post.status === 'held' && post.problem?.code === approvalMissing ? release(post, now) : post;
