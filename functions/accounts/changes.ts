import * as events from '../../events/accounts.ts';
import { entityOf } from '../../shared/dynamo.ts';
import { tell, type DomainEvent } from '../../shared/events/event.ts';
import type { Change } from '../../shared/lambda/stream.ts';
import { Account } from './domain/account.ts';

/** What a write of this context's table means to the others. Tokens, publications and the rest tell nothing. */
export const eventsFor = ({ before, after }: Change): DomainEvent[] => {
  if (after?.type !== 'account') return [];
  return accountEvents(before && entityOf(Account, before), entityOf(Account, after));
};

const accountEvents = (before: Account | undefined, account: Account): DomainEvent[] => {
  const told: DomainEvent[] = [];
  const { xUserId, username, capabilities } = account;
  if (account.connectionCount !== before?.connectionCount) {
    told.push(tell(events.AccountConnected, account, account.id, { xUserId, username, capabilities }));
  }
  if (before?.status === 'connected' && account.status === 'disconnected') {
    told.push(tell(events.AccountDisconnected, account, account.id, {}));
  }
  if (before && account.health !== before.health) {
    const reason = account.healthReason ?? 'X accepts the account again.';
    told.push(tell(events.AccountHealthChanged, account, account.id, { health: account.health, reason }));
  }
  return told;
};
