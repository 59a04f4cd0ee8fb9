import * as events from '#events/accounts.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Account } from '../domain/account.ts';

/** Returns the events for connecting and disconnecting an account. */
export const connectionEvents = (before: Account | undefined, account: Account): DomainEvent[] => {
  const { id, xUserId, username, capabilities } = account;
  const isDisconnected = before?.status === 'connected' && account.status === 'disconnected';
  const reason = account.disconnectReason ?? 'requested';
  return [
    ...(account.connectionCount === before?.connectionCount
      ? []
      : [tell(events.AccountConnected, account, id, { xUserId, username, capabilities })]),
    ...(isDisconnected ? [tell(events.AccountDisconnected, account, id, { reason })] : []),
  ];
};
