import { isDeepStrictEqual } from 'node:util';
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
  // A connection that begins or ends says all there is to say of `disconnected`.
  const isToldAbove = account.health === 'disconnected' || before?.health === 'disconnected';
  if (before && account.health !== before.health && !isToldAbove) {
    const reason = account.health === 'healthy' ? 'X accepts the account again.' : inWordsOf(account);
    told.push(tell(events.AccountHealthChanged, account, account.id, { health: account.health, reason }));
  }
  const isSame = before && isDeepStrictEqual(capabilities, before.capabilities);
  if (before && !isSame && account.connectionCount === before.connectionCount) {
    told.push(tell(events.AccountCapabilitiesChanged, account, account.id, { capabilities }));
  }
  return told;
};

const inWordsOf = ({ healthReason, healthAdvice }: Account): string => `${healthReason ?? ''} ${healthAdvice ?? ''}`;
