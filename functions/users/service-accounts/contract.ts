import * as z from 'zod';
import { change } from '#shared/change.ts';
import { capability } from '#shared/http/operation.ts';
import { PersonId, ServiceAccountId } from '#shared/ids.ts';
import { pageOf, pageQuery } from '#shared/page.ts';
import { Instant } from '#shared/time.ts';
import { DisplayName } from '../domain/display-name.ts';
import type { UserErrors } from '../domain/error-codes.ts';
import { AddressRange, MachineRole, ServiceAccount } from '../domain/service-account.ts';

const operation = capability<UserErrors>({
  name: 'Service accounts',
  group: 'Workspace',
  description: 'Manage accounts for programs, and get access tokens for them.',
});

const onAccount = z.strictObject({ serviceAccountId: ServiceAccountId });

/** Secrets are shown once: their replies are not stored, not even to be given again. */
const unstored = { idempotency: 'inherent' } as const;

const shown = {
  name: DisplayName,
  role: MachineRole,
  allowedAddresses: z
    .array(AddressRange)
    .max(50)
    .meta({ description: 'Networks that tokens may be asked for from; empty: from anywhere' }),
};

const ServiceAccountView = ServiceAccount.omit({ subject: true, correlationId: true, changedBy: true })
  .extend({
    secrets: z.array(z.object({ createdAt: Instant, expiresAt: Instant.nullable(), issuedBy: PersonId })),
    secretIssuedBy: PersonId.meta({ description: 'Who made or last rotated its secret' }),
    secretKnownToFormerMembers: z.array(PersonId).meta({
      description:
        'Who has seen a secret that still holds, and may not look after service accounts any more: they were removed, ' +
        'shut out or given another role. Rotate it, with `overlapHours` 0 to end the former secret at once',
    }),
  })
  .meta({ id: 'ServiceAccount' });

const WithSecret = z.object({
  serviceAccount: ServiceAccountView,
  clientId: ServiceAccountId,
  clientSecret: z.string().meta({ description: 'Shown this once; only its hash is kept' }),
});

export const createServiceAccount = operation({
  id: 'createServiceAccount',
  method: 'POST',
  path: '/v1/service-accounts',
  summary: 'Make a service account for a machine, in a role of at most your own; its secret is shown once',
  access: 'service-accounts:manage',
  request: {
    body: z.strictObject({ ...shown, allowedAddresses: shown.allowedAddresses.default([]) }),
  },
  response: WithSecret,
  errors: {
    forbidden: ['role_above_own'],
    conflict: ['too_many', 'changed_meanwhile'],
    'rate-limited': ['daily_limit'],
  },
  ...unstored,
  location: '/v1/service-accounts/{serviceAccount.id}',
});

export const listServiceAccounts = operation({
  id: 'listServiceAccounts',
  method: 'GET',
  path: '/v1/service-accounts',
  summary: 'The service accounts of the workspace, the oldest first',
  access: 'service-accounts:manage',
  request: { query: pageQuery({}) },
  response: pageOf(ServiceAccountView),
});

export const getServiceAccount = operation({
  id: 'getServiceAccount',
  method: 'GET',
  path: '/v1/service-accounts/{serviceAccountId}',
  summary: 'Read a service account',
  access: 'service-accounts:manage',
  request: { path: onAccount },
  response: ServiceAccountView,
  errors: { 'not-found': ['service_account_not_found'] },
  etag: true,
});

export const changeServiceAccount = operation({
  id: 'changeServiceAccount',
  method: 'PATCH',
  path: '/v1/service-accounts/{serviceAccountId}',
  summary: 'Change name, role or allowed addresses of a service account',
  description:
    'A new role shows with the next token: what is out keeps the former one until it expires, within the hour.',
  access: 'service-accounts:manage',
  request: {
    path: onAccount,
    body: change(shown),
  },
  response: ServiceAccountView,
  errors: {
    forbidden: ['role_above_own'],
    'not-found': ['service_account_not_found'],
    conflict: ['service_account_revoked', 'changed_meanwhile'],
  },
  ifMatch: 'required',
});

export const rotateSecret = operation({
  id: 'rotateServiceAccountSecret',
  method: 'POST',
  path: '/v1/service-accounts/{serviceAccountId}/rotate',
  summary: 'Make a new secret; the former one holds for a while longer',
  access: 'service-accounts:manage',
  request: {
    path: onAccount,
    body: z.strictObject({
      overlapHours: z
        .int()
        .min(0)
        .max(7 * 24)
        .default(24)
        .meta({ description: 'How long the former secret still holds, in hours' }),
    }),
  },
  response: WithSecret,
  status: 200,
  errors: {
    forbidden: ['role_above_own'],
    'not-found': ['service_account_not_found'],
    conflict: ['service_account_revoked', 'changed_meanwhile'],
  },
  ...unstored,
});

export const revokeServiceAccount = operation({
  id: 'revokeServiceAccount',
  method: 'DELETE',
  path: '/v1/service-accounts/{serviceAccountId}',
  summary: 'Shut a service account for good',
  description: 'It gets no token any more at once; one that is out ends when it expires, within the hour.',
  access: 'service-accounts:manage',
  request: { path: onAccount },
  errors: {
    forbidden: ['role_above_own'],
    'not-found': ['service_account_not_found'],
    conflict: ['changed_meanwhile'],
  },
});

const Credential = z.string().min(1).max(200);

export const issueToken = operation({
  id: 'issueToken',
  method: 'POST',
  path: '/v1/auth/token',
  summary: 'Exchange id and secret of a service account for an access token of one hour',
  description:
    'Client credentials as in RFC 6749, section 4.4, with a JSON body. The credentials come in the body, or by HTTP ' +
    'Basic authentication, which goes first where both are sent. There is no refresh token: ask again.',
  access: 'public',
  request: {
    body: z.strictObject({
      grant_type: z.literal('client_credentials'),
      client_id: Credential.optional(),
      client_secret: Credential.optional(),
    }),
  },
  response: z
    .object({ access_token: z.string(), token_type: z.literal('Bearer'), expires_in: z.int() })
    .meta({ id: 'MachineToken' }),
  status: 200,
  errors: {
    unauthenticated: ['invalid_client'],
    forbidden: ['address_not_allowed'],
    'rate-limited': ['too_many_tries'],
  },
  ...unstored,
  limit: 'credentials',
});

export const operations = [
  createServiceAccount,
  listServiceAccounts,
  getServiceAccount,
  changeServiceAccount,
  rotateSecret,
  revokeServiceAccount,
  issueToken,
] as const;
