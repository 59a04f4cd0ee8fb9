import { type Route, route } from '#shared/http/route.ts';
import type { Deps } from '../deps.ts';
import * as contract from './contract.ts';
import { follow } from './follow.ts';
import { readClicks, totalOf } from './read-clicks.ts';

/** Routes to follow short links, and to read the clicks on them. */
export const shortLinkRoutes = (deps: Deps): Route[] => [
  route(contract.followShortLink, async ({ path, request }) => follow(deps, path.code, request)),
  route(contract.getPostLinkClicks, async ({ path, query: { from, to }, caller }) => {
    const { id: postId, shortLinks } = await deps.posts.get(caller.workspaceId, path.postId);
    const { links, byHour } = await readClicks(deps, shortLinks ?? []);
    const isAsked = ({ hour }: { hour: string }): boolean =>
      (from === undefined || hour >= new Date(from).toISOString()) &&
      (to === undefined || hour < new Date(to).toISOString());
    return {
      postId,
      clicks: links.length > 0 ? totalOf(links) : null,
      links,
      byHour: byHour.filter(isAsked),
    };
  }),
];
