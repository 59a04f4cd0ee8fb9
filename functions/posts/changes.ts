import { entityOf } from '#shared/entities.ts';
import type { DomainEvent } from '#shared/events/event.ts';
import type { Change } from '#shared/lambda/stream.ts';
import { waitEvents } from './account-waits/changes.ts';
import { approvalEvents } from './approval/changes.ts';
import { feedEvents } from './calendar/changes.ts';
import { Post } from './domain/post.ts';
import { mediaEvents } from './media/changes.ts';
import { repostEvents, unpublishEvents } from './on-x/changes.ts';
import { overrideEvents } from './overrides/changes.ts';
import { queueEvents } from './queue/changes.ts';
import { scheduleEvents } from './scheduling/changes.ts';
import { statusEvents } from './status-changes.ts';
import { stopEvents } from './stops/changes.ts';
import { templateEvents } from './templates/changes.ts';
import { contentEvents } from './writing/changes.ts';

/** The events of a write to this context's table. */
export const eventsFor = ({ before, after }: Change): DomainEvent[] => {
  switch (after?.type) {
    case 'post':
      return postEvents(before && entityOf(Post, before), entityOf(Post, after));
    case 'repost':
      return repostEvents(after);
    case 'account_wait':
      return waitEvents(after);
    case 'media':
      return mediaEvents(before, after);
    case 'calendar_feeds':
      return feedEvents(before, after);
    case 'queue':
      return queueEvents(after);
    case 'template':
      return templateEvents(after);
    case 'stops':
      return stopEvents(before, after);
    default:
      return [];
  }
};

/** In the order in which the events of one write are published. */
const ofPost = [contentEvents, scheduleEvents, approvalEvents, overrideEvents, statusEvents, unpublishEvents];

/** Several capabilities have events of a post, which is parsed once for all of them. */
const postEvents = (before: Post | undefined, post: Post): DomainEvent[] =>
  ofPost.flatMap((told) => told(before, post));
