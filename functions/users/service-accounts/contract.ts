import * as z from 'zod';
import { change } from '#shared/change.ts';
import { capability } from '#shared/http/operation.ts';
import { PersonId, ServiceAccountId } from '#shared/ids.ts';
import { pageOf, pageQuery } from '#shared/page.ts';
import { Instant } from '#shared/time.ts';
import { DisplayName } from '../domain/display-name.ts';
import type { UserErrors } from '../domain/error-codes.ts';
import { AddressRange, MachineRole, ServiceAccount, serviceAccountsBound } from '../domain/service-account.ts';

const operation = capability<UserErrors>({
  name: 'Service accounts',
  group: 'Workspace',
  description: 'Manage accounts for API clients, and get access tokens for them.',
});

const onAccount = z.strictObject({ serviceAccountId: ServiceAccountId });

/** Secrets are shown once, so these responses are not stored for idempotent replays. */
const unstored = { idempotency: 'inherent' } as const;

const shown = {
  name: DisplayName,
  role: MachineRole,
  allowedAddresses: z
    .array(AddressRange)
    .max(50)
    .meta({ description: 'Networks from which tokens can be requested; empty: any' }),
};

const ServiceAccountView = ServiceAccount.omit({ subject: true, correlationId: true, chain: true, changedBy: true })
  .extend({
    secrets: z
      .array(
        z.object({
          createdAt: Instant,
          expiresAt: Instant.nullable().meta({
            description: 'When it stops working (UTC); null for the current secret',
          }),
          issuedBy: PersonId.meta({ description: 'Who created it, and has seen it' }),
        }),
      )
      .meta({
        description: 'The current secret first, then the previous one if it had an overlap; empty once revoked',
      }),
    secretIssuedBy: PersonId.meta({
      description: 'Who created the current secret; once revoked, who created the account',
    }),
    secretKnownToFormerMembers: z.array(PersonId).meta({
      description:
        'People who know a secret that is still valid, and can no longer manage service accounts: they were removed ' +
        'or disabled, or have another role. Rotate the secret, with `overlapHours` 0 to end it immediately',
    }),
  })
  .meta({ id: 'ServiceAccount', description: 'Account of an API client' });

const WithSecret = z.object({
  serviceAccount: ServiceAccountView,
  clientId: ServiceAccountId,
  clientSecret: z.string().meta({ description: 'Shown only in this response; the platform keeps its hash' }),
});

export const createServiceAccount = operation({
  id: 'createServiceAccount',
  method: 'POST',
  path: '/v1/service-accounts',
  summary: 'Create a service account',
  description:
    'Its role cannot be above your own. The secret is shown only in this response. A workspace can have ' +
    `${serviceAccountsBound.most} active service accounts.`,
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
  summary: 'List service accounts, oldest first',
  access: 'service-accounts:manage',
  request: { query: pageQuery({}) },
  response: pageOf(ServiceAccountView),
});

export const getServiceAccount = operation({
  id: 'getServiceAccount',
  method: 'GET',
  path: '/v1/service-accounts/{serviceAccountId}',
  summary: 'Get a service account',
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
  summary: 'Change the name, role or allowed networks of a service account',
  description:
    'Changes are checked against a new role within seconds; reads with access tokens already issued keep the previous role ' +
    'until they expire, within one hour.',
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

export const rotateServiceAccountSecret = operation({
  id: 'rotateServiceAccountSecret',
  method: 'POST',
  path: '/v1/service-accounts/{serviceAccountId}/rotate',
  summary: 'Rotate the secret of a service account',
  description:
    'The new secret is shown only in this response. The previous one stays valid for `overlapHours`; a secret that ' +
    'is already in its overlap stops working immediately.',
  access: 'service-accounts:manage',
  request: {
    path: onAccount,
    body: z.strictObject({
      overlapHours: z
        .int()
        .min(0)
        .max(7 * 24)
        .default(24)
        .meta({ description: 'Hours for which the previous secret stays valid; 0 ends it immediately' }),
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
  summary: 'Revoke a service account permanently',
  description:
    'It can no longer get tokens. Access tokens already issued lose the right to make changes within seconds; most reads ' +
    'still work until they expire, within one hour.',
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
  summary: 'Get an access token for a service account',
  description:
    'OAuth 2.0 client credentials grant (RFC 6749, section 4.4) with a JSON body. Send the credentials in the body or by ' +
    'HTTP Basic authentication, which takes precedence. The token is valid for one hour; there is no refresh token.',
  access: 'public',
  request: {
    body: z.strictObject({
      grant_type: z.literal('client_credentials'),
      client_id: Credential.optional().meta({ description: 'Id of the service account; omit it with HTTP Basic' }),
      client_secret: Credential.optional().meta({
        description: 'Current secret, or the previous one during its overlap; omit it with HTTP Basic',
      }),
    }),
  },
  response: z
    .object({
      access_token: z.string().meta({ description: 'JWT to send as `Authorization: Bearer <token>`' }),
      token_type: z.literal('Bearer'),
      expires_in: z.int().meta({ description: 'Seconds until the access token expires' }),
    })
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
  rotateServiceAccountSecret,
  revokeServiceAccount,
  issueToken,
] as const;
