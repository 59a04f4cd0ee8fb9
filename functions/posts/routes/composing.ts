import { mayDo } from '../../../shared/http/permissions.ts';
import { route, type Route } from '../../../shared/http/route.ts';
import * as contract from '../contract/composing.ts';
import type { Deps } from '../deps.ts';
import { reader } from './read.ts';

/** What helps to write a post that fits, that is allowed and that is worth its price; loaded when somebody asks. */
export const composingRoutes = (deps: Deps): Route[] => {
  const read = reader(deps);
  return [
    route(contract.measureTexts, async ({ body, caller: { workspaceId, role } }) =>
      (await import('../composing.ts')).measureForAccount(deps, workspaceId, body, mayDo(role, 'usage:read')),
    ),
    route(contract.splitText, async ({ body, caller: { workspaceId } }) =>
      (await import('../composing.ts')).splitForAccount(deps, workspaceId, body),
    ),
    route(contract.getPostCost, async ({ path, caller: { workspaceId } }) => {
      const post = await deps.posts.get(workspaceId, path.postId);
      return (await import('../costing.ts')).costOfPost(deps, post);
    }),
    route(contract.overrideWarning, async ({ path, body, caller, request }) => {
      const post = await read(caller, path, request);
      return (await import('../policy/overriding.ts')).overrideWarning(deps, post, body, caller);
    }),
  ];
};
