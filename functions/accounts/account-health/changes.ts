import { isDeepStrictEqual } from 'node:util';
import * as events from '#events/accounts.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Account } from '../domain/account.ts';

/** Returns the event for a change of health. Connecting and disconnecting have events of their own. */
export const healthEvents = (before: Account | undefined, account: Account): DomainEvent[] => {
  const { id, health } = account;
  if (!before || health === before.health || health === 'disconnected' || before.health === 'disconnected') return [];
  const reason = health === 'healthy' ? 'X accepts the account again.' : inWordsOf(account);
  return [tell(events.AccountHealthChanged, account, id, { health, reason })];
};

const inWordsOf = ({ healthReason, healthAdvice }: Account): string => `${healthReason ?? ''} ${healthAdvice ?? ''}`;

/** Returns the event for changed capabilities of an account that stays connected. */
export const capabilityEvents = (before: Account | undefined, account: Account): DomainEvent[] => {
  const { id, capabilities, connectionCount } = account;
  if (!before || connectionCount !== before.connectionCount) return [];
  return isDeepStrictEqual(capabilities, before.capabilities)
    ? []
    : [tell(events.AccountCapabilitiesChanged, account, id, { capabilities })];
};

/** Returns the event for a reading of the account's audience. */
export const audienceEvents = (before: Account | undefined, account: Account): DomainEvent[] => {
  const { id, audience, updatedAt: measuredAt } = account;
  if (!audience || isDeepStrictEqual(audience, before?.audience ?? null)) return [];
  const { day: _, ...metrics } = audience;
  return [tell(events.AccountMetricsUpdated, account, id, { measuredAt, metrics })];
};
