import { PublishingResumed, PublishingStopped } from '#events/posts.ts';
import { publicEvents } from '#events/public-events.ts';
import type { EventDefinition, EventOf } from '#shared/events/event.ts';
import { on, reactTo, type Subscription } from '#shared/events/subscription.ts';
import type { WebhookDeps } from '../deps.ts';
import { deliverEvent } from './request-delivery.ts';

/** Delivers public events to webhooks, and follows stops of the workspace. */
export const webhookSubscriptions = (deps: WebhookDeps): Subscription[] => [
  ...publicEvents.map((definition: EventDefinition) =>
    reactTo(definition, async (event) => deliverEvent(deps, definition.type, event)),
  ),
  on(PublishingStopped, async (event) => learnStop(deps, event, true)),
  on(PublishingResumed, async (event) => learnStop(deps, event, false)),
];

const learnStop = async (
  { stops }: Pick<WebhookDeps, 'stops'>,
  { workspaceId, entityVersion, data: { accountId } }: EventOf<typeof PublishingStopped>,
  isStopped: boolean,
): Promise<void> => {
  // Only stops of the entire workspace matter, not those of one account.
  if (accountId === null) await stops.learn(workspaceId, entityVersion, isStopped);
};
