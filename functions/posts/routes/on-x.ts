import { DomainError } from '../../../shared/errors.ts';
import { route, type Route } from '../../../shared/http/route.ts';
import { newId } from '../../../shared/ids.ts';
import * as contract from '../contract/on-x.ts';
import type { Deps } from '../deps.ts';
import { mostRepostsPerDay, repostOf } from '../domain/repost.ts';
import { requestUnpublish } from '../domain/unpublishing.ts';
import { reader } from './read.ts';

/** What is done with posts that are on X. */
export const onXRoutes = (deps: Deps): Route[] => {
  const { posts, reposts, now } = deps;
  const read = reader(deps);
  return [
    route(contract.unpublishPost, async ({ path, caller, request }) =>
      posts.save(requestUnpublish(await read(caller, path, request)), caller),
    ),
    route(contract.repostPost, async ({ path, caller, request }) => {
      const repost = repostOf(newId('rps', now()), await read(caller, path, request));
      if (!(await reposts.countToday(caller.workspaceId, repost.accountId, mostRepostsPerDay))) {
        const said = `An account reposts ${mostRepostsPerDay} times a day at most: X forbids it in bulk.`;
        const secondsLeft = Math.ceil((86_400_000 - (now().getTime() % 86_400_000)) / 1000);
        throw new DomainError('rate-limited', 'too_many_reposts', said, {
          headers: { 'retry-after': String(secondsLeft) },
        });
      }
      return reposts.create(repost, caller);
    }),
    route(contract.listReposts, async ({ path: { postId }, query: { limit, cursor }, caller: { workspaceId } }) => {
      await posts.get(workspaceId, postId);
      const scope = { operation: contract.listReposts.id, workspaceId, postId };
      return reposts.list(workspaceId, postId, { limit, cursor, scope });
    }),
  ];
};
