import * as z from 'zod';
import { entityFields, type New } from '#shared/entity.ts';
import { DomainError } from '#shared/errors.ts';
import { newId, PersonId, ServiceAccountId } from '#shared/ids.ts';
import { Role } from '#shared/permissions.ts';
import { digestOf, isSameSecret } from '#shared/secrets.ts';
import { Instant, instantAfter } from '#shared/time.ts';
import { bounded } from './bounds.ts';
import { StoredName } from './display-name.ts';

export const serviceAccountsBound = bounded(50, 'active service accounts per workspace');
const hourMs = 60 * 60 * 1000;

/** A network in CIDR notation (RFC 4632, RFC 4291). */
export const AddressRange = z.union([z.cidrv4(), z.cidrv6()]).meta({
  description: 'Network in CIDR notation',
  examples: ['203.0.113.0/24', '2001:db8::/32'],
});

/** Roles of service accounts: all but owner. */
export const MachineRole = Role.exclude(['owner']).meta({ description: 'Role of a service account in the workspace' });

const Secret = z.object({
  hash: z.string(),
  createdAt: Instant,
  /** When it expires after a rotation; null for the current one. */
  expiresAt: Instant.nullable(),
  issuedBy: PersonId.meta({ description: 'Who created it, and has seen it' }),
});

/** A program that acts in one workspace. `subject` is the identity provider's id for it. */
export const ServiceAccount = z.object({
  id: ServiceAccountId,
  ...entityFields,
  name: StoredName,
  role: MachineRole,
  /** Networks that tokens can be requested from; empty: any. */
  allowedAddresses: z
    .array(AddressRange)
    .max(50)
    .meta({ description: 'Networks from which tokens can be requested; empty: any' }),
  /** The current secret and, during an overlap, the previous one. */
  secrets: z.array(Secret).max(2),
  subject: z.string(),
  createdBy: PersonId.meta({ description: 'Who created it' }),
  status: z
    .enum(['active', 'revoked'])
    .meta({ description: '`active`: can get tokens; `revoked`: permanently without access' }),
  lastUsedAt: Instant.nullable().meta({ description: 'When it last got a token (UTC); null if never' }),
});
export type ServiceAccount = z.infer<typeof ServiceAccount>;

/**
 * Fields of older rows, which have no creator or secret issuer: the last person to change the account counts as both.
 */
const Unsigned = z.object({
  changedBy: z.object({ id: z.string() }),
  secrets: z.array(z.record(z.string(), z.unknown())),
});

/** Parses a stored service account. */
export const readServiceAccount = (item: Readonly<Record<string, unknown>>): ServiceAccount => {
  const { changedBy, secrets } = Unsigned.parse(item);
  const signed = secrets.map((secret) => ({ issuedBy: changedBy.id, ...secret }));
  return ServiceAccount.parse({ createdBy: changedBy.id, ...item, secrets: signed });
};

/** Returns who created or last rotated its secret; for a revoked account, who created it. */
export const secretIssuerOf = ({ secrets, createdBy }: Pick<ServiceAccount, 'secrets' | 'createdBy'>): string =>
  secrets[0]?.issuedBy ?? createdBy;

/** Returns the people who have seen a valid secret. */
export const secretKnownTo = ({ status, secrets }: ServiceAccount, now: Date): string[] =>
  status === 'active' ? [...new Set(secrets.filter((secret) => isHeld(secret, now)).map((each) => each.issuedBy))] : [];

const isHeld = ({ expiresAt }: z.infer<typeof Secret>, now: Date): boolean =>
  expiresAt === null || now.getTime() < Date.parse(expiresAt);

/** Returns a new service account; `secret` is random and not stored. */
export const openAccount = (
  said: Pick<ServiceAccount, 'workspaceId' | 'name' | 'role' | 'allowedAddresses' | 'createdBy'>,
  secret: string,
  now: Date,
): Omit<New<ServiceAccount>, 'subject'> => ({
  id: newId('sva', now),
  ...said,
  secrets: [newSecretOf(secret, said.createdBy, now)],
  status: 'active',
  lastUsedAt: null,
});

/**
 * Replaces the secret. The current one stays valid for `overlapHours`, so that programs can switch in the meantime; one
 * whose overlap has not ended yet expires immediately. @throws DomainError `service_account_revoked`
 */
export const rotate = (
  account: ServiceAccount,
  secret: string,
  { by, overlapHours }: { by: string; overlapHours: number },
  now: Date,
): ServiceAccount => {
  assertActive(account);
  const present = account.secrets.filter(({ expiresAt }) => expiresAt === null);
  const ending = present.map((each) => ({ ...each, expiresAt: instantAfter(now, overlapHours * hourMs) }));
  return { ...account, secrets: [newSecretOf(secret, by, now), ...(overlapHours > 0 ? ending : [])] };
};

const newSecretOf = (secret: string, issuedBy: string, now: Date) => ({
  hash: digestOf(secret),
  createdAt: now.toISOString(),
  expiresAt: null,
  issuedBy,
});

/** Returns the people responsible for what the account does: who created it, and who has seen one of its secrets. */
export const makersOf = ({ createdBy, secrets }: Pick<ServiceAccount, 'createdBy' | 'secrets'>): string[] => [
  ...new Set([createdBy, ...secrets.map(({ issuedBy }) => issuedBy)]),
];

/** Revokes an account permanently and removes its secrets. */
export const shut = (account: ServiceAccount): ServiceAccount => ({ ...account, status: 'revoked', secrets: [] });

/** @throws DomainError `service_account_revoked` */
export const assertActive = ({ status }: ServiceAccount): void => {
  if (status === 'revoked') throw serviceAccountRevoked();
};

/** Whether the secret is valid for the account. */
export const holds = ({ status, secrets }: ServiceAccount, secret: string, now: Date): boolean =>
  status === 'active' &&
  secrets.filter((each) => isHeld(each, now)).some(({ hash }) => isSameSecret(hash, digestOf(secret)));

/**
 * Returns a service account's user name in the user pool. Its users need email addresses, so this is an undeliverable
 * one (RFC 2606).
 */
export const machineAddress = (id: string): string => `${id.toLowerCase()}@service.invalid`;

/** Returns the id in such an address; undefined for a person's address. */
export const machineIdOf = (address: string | undefined): string | undefined => {
  const [, ulid] = /^sva_([0-9a-z]{26})@service\.invalid$/i.exec(address ?? '') ?? [];
  return ulid && `sva_${ulid.toUpperCase()}`;
};

export const serviceAccountRevoked = (): DomainError =>
  new DomainError('conflict', 'service_account_revoked', 'The service account was revoked. Create a new one.');

/** RFC 6749, section 5.2: the same error for an unknown account, a wrong or expired secret, and a revoked account. */
export const invalidClient = (): DomainError =>
  new DomainError(
    'unauthenticated',
    'invalid_client',
    'The client id or secret is wrong, or the service account was revoked.',
    {
      headers: { 'www-authenticate': 'Basic realm="token"' },
    },
  );

/** Only returned after a correct secret. */
export const addressNotAllowed = (): DomainError =>
  new DomainError(
    'forbidden',
    'address_not_allowed',
    'The service account cannot be used from this IP address. Ask an owner or admin to add it to `allowedAddresses`.',
  );
