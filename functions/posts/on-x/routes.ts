import { type Route, route } from '#shared/http/route.ts';
import { newId } from '#shared/ids.ts';
import type { Deps } from '../deps.ts';
import { repostOf, repostsPerDay } from '../domain/repost.ts';
import { assertNotStopped, noStops } from '../domain/stops.ts';
import { requestUnpublish } from '../domain/unpublish.ts';
import { postReader } from '../read-post.ts';
import * as contract from './contract.ts';

/** Routes for posts that are on X. */
export const onXRoutes = (deps: Deps): Route[] => {
  const { posts, reposts, dailyLimits, now } = deps;
  const read = postReader(deps);
  return [
    route(contract.unpublishPost, async ({ path, caller, request }) =>
      posts.save(requestUnpublish(await read(caller, path, request)), caller),
    ),
    route(contract.repostPost, async ({ path, caller, request }) => {
      const repost = repostOf(newId('rps', now()), await read(caller, path, request));
      assertNotStopped((await deps.stops.find(caller.workspaceId)) ?? noStops(caller.workspaceId), repost.accountId);
      await dailyLimits.count(caller.workspaceId, `REPOSTS#${repost.accountId}`, repostsPerDay);
      return reposts.create(repost, caller);
    }),
    route(contract.listReposts, async ({ path: { postId }, query: { limit, cursor }, caller: { workspaceId } }) => {
      await posts.get(workspaceId, postId);
      const scope = { operation: contract.listReposts.id, workspaceId, postId };
      return reposts.list(workspaceId, postId, { limit, cursor, scope });
    }),
  ];
};
