import type { DomainEvent } from '#shared/events/event.ts';
import type { Change } from '#shared/lambda/stream.ts';
import { feedEvents, feedItemEvents } from './feeds/changes.ts';
import { hookEvents, hookReceiptEvents } from './incoming-hooks/changes.ts';
import { deliveryEvents, webhookEvents } from './webhooks/changes.ts';

/** Events for the other contexts and the delivery queue, from a write to this context's table. */
export const eventsFor = ({ before, after }: Change): DomainEvent[] => {
  switch (after?.type) {
    case 'webhook':
      return webhookEvents(before, after);
    case 'webhook_delivery':
      return deliveryEvents(before, after);
    case 'hook':
      return hookEvents(before, after);
    case 'hook_receipt':
      return hookReceiptEvents(before, after);
    case 'feed':
      return feedEvents(before, after);
    case 'feed_item':
      return feedItemEvents(before, after);
    default:
      return [];
  }
};
