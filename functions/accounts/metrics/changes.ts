import { isDeepStrictEqual } from 'node:util';
import * as events from '#events/accounts.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Account } from '../domain/account.ts';

/** How many follow an account, when that was measured. */
export const audienceEvents = (before: Account | undefined, account: Account): DomainEvent[] => {
  const { id, audience, updatedAt: measuredAt } = account;
  if (!audience || isDeepStrictEqual(audience, before?.audience ?? null)) return [];
  const { day: _, ...metrics } = audience;
  return [tell(events.AccountMetricsUpdated, account, id, { measuredAt, metrics })];
};
