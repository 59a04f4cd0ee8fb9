import { type Route, route } from '#shared/http/route.ts';
import { requireReady } from '../checks/readiness.ts';
import type { Deps } from '../deps.ts';
import { cancel, schedule } from '../domain/post.ts';
import { postReader } from '../read-post.ts';
import { reschedulePosts } from './bulk-contract.ts';
import * as contract from './contract.ts';
import { reschedule } from './reschedule.ts';
import { scheduleAsAsked } from './schedule.ts';

/** Routes to schedule, publish, cancel and reschedule posts. */
export const schedulingRoutes = (deps: Deps): Route[] => {
  const { posts, now } = deps;
  const read = postReader(deps);
  return [
    route(contract.schedulePost, async ({ path, body, caller, request }) => {
      const post = await read(caller, path, request);
      const { post: scheduled, resolution } = await scheduleAsAsked(post, body, caller.personId, now());
      return { ...(await posts.save(await requireReady(deps, scheduled), caller)), resolution };
    }),
    route(contract.publishPost, async ({ path, caller, request }) => {
      const post = await read(caller, path, request);
      const at = now();
      const scheduled = schedule(post, at.toISOString(), null, at);
      const ready = await requireReady(deps, { ...scheduled, scheduledBy: caller.personId });
      return posts.save(ready, caller);
    }),
    route(contract.cancelPost, async ({ path, caller, request }) =>
      posts.save(cancel(await read(caller, path, request), now()), caller),
    ),
    route(reschedulePosts, async ({ body: { items }, caller }) => ({
      items: await reschedule(deps, items, caller),
    })),
  ];
};
