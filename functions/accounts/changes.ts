import { entityOf } from '#shared/entities.ts';
import type { DomainEvent } from '#shared/events/event.ts';
import type { Change } from '#shared/lambda/stream.ts';
import { audienceEvents, capabilityEvents, healthEvents } from './account-health/changes.ts';
import { activityEvents } from './activity/changes.ts';
import { connectionEvents } from './connections/changes.ts';
import { Account } from './domain/account.ts';
import { usageEvents } from './usage/changes.ts';

/**
 * Events for other contexts from writes to this context's table. Tokens, publications and other items publish nothing.
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

/** In the order in which the events of one write are published. */
const ofAccount = [connectionEvents, healthEvents, capabilityEvents, audienceEvents];

/** Parses the account once for all capabilities. */
const accountEvents = (before: Account | undefined, account: Account): DomainEvent[] =>
  ofAccount.flatMap((told) => told(before, account));
