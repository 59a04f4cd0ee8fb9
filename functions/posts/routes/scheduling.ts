import { route, type Route } from '../../../shared/http/route.ts';
import * as contract from '../contract/scheduling.ts';
import type { Deps } from '../deps.ts';
import { cancel, schedule } from '../domain/post.ts';
import { scheduleAsAsked } from '../scheduling.ts';
import { reader } from './read.ts';

/** What X would say of a post is loaded when somebody first schedules one. */
const publishable = () => import('../publishable.ts');

/** When posts go out. */
export const schedulingRoutes = (deps: Deps): Route[] => {
  const { posts, now } = deps;
  const read = reader(deps);
  return [
    route(contract.schedulePost, async ({ path, body, caller, request }) => {
      const post = await read(caller, path, request);
      const { post: scheduled, resolution } = await scheduleAsAsked(post, body, caller.personId, now());
      await (await publishable()).assertReady(deps, post);
      return { ...(await posts.save(scheduled, caller)), resolution };
    }),
    route(contract.publishPost, async ({ path, caller, request }) => {
      const post = await read(caller, path, request);
      const at = now();
      const scheduled = schedule(post, at.toISOString(), null, at);
      await (await publishable()).assertReady(deps, post);
      return posts.save({ ...scheduled, scheduledBy: caller.personId }, caller);
    }),
    route(contract.cancelPost, async ({ path, caller, request }) =>
      posts.save(cancel(await read(caller, path, request)), caller),
    ),
  ];
};
