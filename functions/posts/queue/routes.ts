import { assertVersion } from '#shared/http/etag.ts';
import { type Route, route } from '#shared/http/route.ts';
import type { Deps } from '../deps.ts';
import { postReader } from '../read-post.ts';
import * as contract from './contract.ts';
import { getQueue, queuePost, setQueue } from './enqueue.ts';

/** Routes of queues; loaded on first use, with the time zone library. */
export const queueRoutes = (deps: Deps): Route[] => {
  const read = postReader(deps);
  return [
    route(contract.setQueue, async ({ path: { accountId }, body, caller, request }) =>
      setQueue(deps, accountId, body, caller, (queue) => {
        assertVersion(queue, request.ifMatch);
      }),
    ),
    route(contract.getQueue, async ({ path: { accountId }, caller }) => getQueue(deps, accountId, caller)),
    route(contract.queuePost, async ({ path, caller, request }) =>
      queuePost(deps, await read(caller, path, request), caller),
    ),
  ];
};
