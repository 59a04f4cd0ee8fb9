import { isDeepStrictEqual } from 'node:util';
import * as events from '#events/accounts.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Account } from '../domain/account.ts';

/** The health of an account. A connection that begins or ends already covers `disconnected`. */
export const healthEvents = (before: Account | undefined, account: Account): DomainEvent[] => {
  const { id, health } = account;
  if (!before || health === before.health || health === 'disconnected' || before.health === 'disconnected') return [];
  const reason = health === 'healthy' ? 'X accepts the account again.' : inWordsOf(account);
  return [tell(events.AccountHealthChanged, account, id, { health, reason })];
};

const inWordsOf = ({ healthReason, healthAdvice }: Account): string => `${healthReason ?? ''} ${healthAdvice ?? ''}`;

/** What an account that stays connected may do on X. */
export const capabilityEvents = (before: Account | undefined, account: Account): DomainEvent[] => {
  const { id, capabilities, connectionCount } = account;
  if (!before || connectionCount !== before.connectionCount) return [];
  return isDeepStrictEqual(capabilities, before.capabilities)
    ? []
    : [tell(events.AccountCapabilitiesChanged, account, id, { capabilities })];
};

/** How many follow an account, when that was measured. */
export const audienceEvents = (before: Account | undefined, account: Account): DomainEvent[] => {
  const { id, audience, updatedAt: measuredAt } = account;
  if (!audience || isDeepStrictEqual(audience, before?.audience ?? null)) return [];
  const { day: _, ...metrics } = audience;
  return [tell(events.AccountMetricsUpdated, account, id, { measuredAt, metrics })];
};
