import { assertVersion } from '#shared/http/etag.ts';
import { type Route, route } from '#shared/http/route.ts';
import { newId } from '#shared/ids.ts';
import { assertDestination } from '#shared/outbound/destination.ts';
import type { FeedDeps } from '../deps.ts';
import { type Feed, newReading } from '../domain/feed.ts';
import * as contract from './contract.ts';

/** Routes of feeds. */
export const feedRoutes = (deps: FeedDeps): Route[] => {
  const { feeds, readings, reach, now } = deps;

  const view = async (feed: Feed) => {
    const { workspaceId, id: feedId, failure } = feed;
    const reading = await readings.find({ workspaceId, feedId });
    const wrong = failure ?? reading?.failure ?? null;
    return {
      ...feed,
      readAt: reading?.readAt ?? null,
      nextReadAt: feed.isPaused || failure !== null ? null : (reading?.dueAt ?? null),
      failing: wrong && {
        failure: wrong,
        since: reading?.failingSince ?? null,
        redirectsTo: reading?.redirectsTo ?? null,
      },
    };
  };

  return [
    route(contract.createFeed, async ({ body, caller }) => {
      assertDestination(body.url, reach, 'body.url');
      const { workspaceId, actor: createdBy } = caller;
      const feed = { id: newId('fed', now()), workspaceId, ...body, failure: null, createdBy, deletedAt: null };
      return view(await feeds.create(feed, newReading(feed, now()), caller));
    }),
    route(contract.listFeeds, async ({ query, caller: { workspaceId } }) => {
      const scope = { operation: contract.listFeeds.id, workspaceId };
      const { items, nextCursor } = await feeds.list(workspaceId, { ...query, scope });
      return { items: await Promise.all(items.map(view)), nextCursor };
    }),
    route(contract.getFeed, async ({ path, caller }) => view(await feeds.get(caller.workspaceId, path.feedId))),
    route(contract.changeFeed, async ({ path, body, caller, request }) => {
      if (body.url !== undefined) assertDestination(body.url, reach, 'body.url');
      const feed = await feeds.get(caller.workspaceId, path.feedId);
      assertVersion(feed, request.ifMatch);
      const isResumed = body.isPaused === false && (feed.isPaused || feed.failure !== null);
      const isAnew = isResumed || (body.url !== undefined && body.url !== feed.url);
      const changed = { ...feed, ...body, ...(isAnew && { failure: null }) };
      // `tellsFirst` applies only to items present at creation; after a pause most of them have been published.
      const anew = isAnew ? newReading({ ...feed, tellsFirst: false }, now()) : undefined;
      return view(await feeds.save(changed, caller, anew));
    }),
    route(contract.deleteFeed, async ({ path, caller }) => {
      await feeds.delete(await feeds.get(caller.workspaceId, path.feedId), caller);
      return undefined;
    }),
  ];
};
