import { PublishingResumed, PublishingStopped } from '#events/posts.ts';
import { publicEvents } from '#events/public-events.ts';
import type { EventDefinition, EventOf } from '#shared/events/event.ts';
import { on, reactTo, type Subscription } from '#shared/events/subscription.ts';
import type { WebhookDeps } from '../deps.ts';
import { deliverEvent } from './request-delivery.ts';

/** Members have public events sent elsewhere, and stop their workspace. */
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
  // Stops of one account do not concern it.
  if (accountId === null) await stops.learn(workspaceId, entityVersion, isStopped);
};
