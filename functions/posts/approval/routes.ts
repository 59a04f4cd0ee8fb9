import { type Route, route } from '#shared/http/route.ts';
import { newId } from '#shared/ids.ts';
import type { Deps } from '../deps.ts';
import { postReader } from '../read-post.ts';
import { approveAsAsked, sendBack, submitForApproval } from './approve.ts';
import * as contract from './contract.ts';

/** Routes to submit, approve and discuss posts. */
export const approvalRoutes = (deps: Deps): Route[] => {
  const { posts, comments, now } = deps;
  const read = postReader(deps);
  return [
    route(contract.submitPost, async ({ path, body, caller, request }) => {
      const post = await read(caller, path, request);
      return submitForApproval(deps, post, caller, body.comment);
    }),
    route(contract.approvePost, async ({ path, body, caller, request }) => {
      const post = await read(caller, path, request);
      return approveAsAsked(deps, post, caller, body);
    }),
    route(contract.requestPostChanges, async ({ path, body, caller, request }) => {
      const post = await read(caller, path, request);
      return sendBack(deps, post, caller, body.comment);
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
