import * as events from '#events/platform.ts';
import { entityOf } from '#shared/entities.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Item } from '#shared/table.ts';
import { Feed, feedFields, FeedItem } from '../domain/feed.ts';
import { hostOf } from '../domain/webhook.ts';

/** Events of a write to a feed. */
export const feedEvents = (before: Item | undefined, after: Item): DomainEvent[] =>
  ofFeed(before && entityOf(Feed, before), entityOf(Feed, after));

/** Event of a new item. */
export const feedItemEvents = (before: Item | undefined, after: Item): DomainEvent[] =>
  before ? [] : [itemEvent(entityOf(FeedItem, after))];

const ofFeed = (before: Feed | undefined, feed: Feed): DomainEvent[] => {
  const { id, failure } = feed;
  const host = hostOf(feed);
  if (feed.deletedAt !== null) return [tell(events.FeedDeleted, feed, id, { host })];
  if (!before) return [tell(events.FeedCreated, feed, id, { host })];
  const fields = Object.keys(feedFields) as (keyof typeof feedFields)[];
  return [
    ...(fields.some((field) => before[field] !== feed[field]) ? [tell(events.FeedChanged, feed, id, { host })] : []),
    ...(failure !== null && before.failure === null ? [tell(events.FeedFailed, feed, id, { host, failure })] : []),
  ];
};

/** Uses the feed's version, because finding an item does not change the feed. */
const itemEvent = (item: FeedItem): DomainEvent => {
  const { feedId, feedVersion: version, itemId, title, url, summary, publishedAt } = item;
  return tell(events.FeedItemFound, { ...item, version }, feedId, { itemId, title, url, summary, publishedAt });
};
