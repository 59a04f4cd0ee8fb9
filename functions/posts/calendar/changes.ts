import * as events from '#events/posts.ts';
import { entityOf } from '#shared/entities.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Item } from '#shared/table.ts';
import { CalendarFeeds } from '../domain/calendar-feed.ts';

/** The events of a change to a person's calendar links. */
export const feedEvents = (before: Item | undefined, after: Item): DomainEvent[] =>
  ofFeeds(before && entityOf(CalendarFeeds, before), entityOf(CalendarFeeds, after));

/** An expired link is removed without an event: its expiry was announced when it was created. */
const ofFeeds = (before: CalendarFeeds | undefined, own: CalendarFeeds): DomainEvent[] => {
  const { personId, updatedAt } = own;
  const isIn = (feeds: CalendarFeeds['feeds'] = [], { id }: { id: string }) => feeds.some((each) => each.id === id);
  const made = own.feeds.filter((feed) => !isIn(before?.feeds, feed));
  const gone = (before?.feeds ?? []).filter((feed) => feed.expiresAt > updatedAt && !isIn(own.feeds, feed));
  return [
    ...made.map(({ id, expiresAt }) => tell(events.CalendarFeedCreated, own, id, { personId, expiresAt })),
    ...gone.map(({ id }) => tell(events.CalendarFeedRevoked, own, id, { personId })),
  ];
};
