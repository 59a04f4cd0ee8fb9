import { WebhookDeliveryRequested } from '#events/platform.ts';
import { PublishingResumed, PublishingStopped } from '#events/posts.ts';
import { publicEvents } from '#events/public-events.ts';
import { standingEvents } from '#events/standing.ts';
import type { EventDefinition } from '#shared/events/event.ts';

/** Events that this context receives: all that webhooks can be sent, stops of a workspace, and changes to rights. */
export const listensTo: readonly EventDefinition[] = [
  ...new Set<EventDefinition>([...publicEvents, PublishingStopped, PublishingResumed, ...standingEvents]),
];

/** Events that arrive through the delivery queue. */
export const deliveriesHear: readonly EventDefinition[] = [WebhookDeliveryRequested];
