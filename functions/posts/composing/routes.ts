import { type Route, route } from '#shared/http/route.ts';
import { mayDo } from '#shared/permissions.ts';
import type { Deps } from '../deps.ts';
import * as contract from './contract.ts';
import { previewCostOfPost } from './cost.ts';
import { measureForAccount } from './measure.ts';
import { splitForAccount } from './split-for-account.ts';

/** Routes to measure, split and price texts; loaded on first use. */
export const composingRoutes = (deps: Deps): Route[] => [
  route(contract.measureTexts, async ({ body, caller: { workspaceId, role } }) =>
    measureForAccount(deps, workspaceId, body, mayDo(role, 'usage:read')),
  ),
  route(contract.splitText, async ({ body, caller: { workspaceId } }) => splitForAccount(deps, workspaceId, body)),
  route(contract.getPostCost, async ({ path, caller: { workspaceId } }) => {
    const post = await deps.posts.get(workspaceId, path.postId);
    return previewCostOfPost(deps, post);
  }),
];
