import * as events from '#events/users.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Item } from '#shared/table.ts';
import { readServiceAccount, secretIssuerOf, type ServiceAccount } from '../domain/service-account.ts';

/** Events of a write to a service account, with ids and roles but no names. */
export const serviceAccountEvents = (before: Item | undefined, after: Item): DomainEvent[] =>
  ofServiceAccount(before && readServiceAccount(before), readServiceAccount(after));

const ofServiceAccount = (before: ServiceAccount | undefined, account: ServiceAccount): DomainEvent[] => {
  const { id, role, status, secrets, version, createdBy } = account;
  const answersFor = { role, createdBy, secretIssuedBy: secretIssuerOf(account) };
  if (!before) return [tell(events.ServiceAccountCreated, account, id, answersFor)];
  // The time of last use is saved without a new version, and is not published.
  if (version === before.version) return [];
  if (status === 'revoked') return [tell(events.ServiceAccountRevoked, account, id, {})];
  if (secrets[0]?.hash !== before.secrets[0]?.hash) {
    return [tell(events.ServiceAccountSecretRotated, account, id, { formerEndsAt: secrets[1]?.expiresAt ?? null })];
  }
  return [tell(events.ServiceAccountChanged, account, id, answersFor)];
};
