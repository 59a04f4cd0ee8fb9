import * as events from '#events/posts.ts';
import { entityOf } from '#shared/entities.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Item } from '#shared/table.ts';
import { Queue } from '../domain/queue.ts';

/** The events of a write to a queue. */
export const queueEvents = (after: Item): DomainEvent[] => [queueEvent(entityOf(Queue, after))];

const queueEvent = (queue: Queue): DomainEvent =>
  tell(events.QueueChanged, queue, queue.accountId, { timeZone: queue.timeZone, slots: queue.slots });
