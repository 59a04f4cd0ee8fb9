import { WebhookDeliveryRequested } from '#events/platform.ts';
import { PublishingResumed, PublishingStopped } from '#events/posts.ts';
import { publicEvents } from '#events/public-events.ts';
import { standingEvents } from '#events/standing.ts';
import type { EventDefinition } from '#shared/events/event.ts';

/** Events that this context follows: all that webhooks may be sent, stops of a workspace, and changes of rights. */
export const listensTo: readonly EventDefinition[] = [
  ...new Set<EventDefinition>([...publicEvents, PublishingStopped, PublishingResumed, ...standingEvents]),
];

/** Events that come by the queue of deliveries. */
export const deliveriesHear: readonly EventDefinition[] = [WebhookDeliveryRequested];
