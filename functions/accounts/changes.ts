import { entityOf } from '#shared/entities.ts';
import type { DomainEvent } from '#shared/events/event.ts';
import type { Change } from '#shared/lambda/stream.ts';
import { audienceEvents, capabilityEvents, healthEvents } from './account-health/changes.ts';
import { activityEvents } from './activity/changes.ts';
import { connectionEvents } from './connections/changes.ts';
import { Account } from './domain/account.ts';
import { usageEvents } from './usage/changes.ts';

/**
 * Events for the other contexts when this context's table is written. Tokens, publications and the rest publish
 * nothing.
 */
export const eventsFor = ({ before, after }: Change): DomainEvent[] => {
  switch (after?.type) {
    case 'usage':
      return usageEvents(before, after);
    case 'activity':
      return activityEvents(before, after);
    case 'account':
      return accountEvents(before && entityOf(Account, before), entityOf(Account, after));
    default:
      return [];
  }
};

/** In the order in which others are told when one write says several things. */
const ofAccount = [connectionEvents, healthEvents, capabilityEvents, audienceEvents];

/** Several capabilities change an account, which is read once for all of them. */
const accountEvents = (before: Account | undefined, account: Account): DomainEvent[] =>
  ofAccount.flatMap((told) => told(before, account));
