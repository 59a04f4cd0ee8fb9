import * as z from 'zod';
import * as accountEvents from '../../events/accounts.ts';
import * as analyticsEvents from '../../events/analytics.ts';
import * as campaignEvents from '../../events/campaigns.ts';
import * as postEvents from '../../events/posts.ts';
import * as userEvents from '../../events/users.ts';
import type { EventDefinition } from '../../shared/events/event.ts';
import { healthOperations } from '../../shared/http/health.ts';
import { operation } from '../../shared/http/operation.ts';
import { pageOf, pageQuery } from '../../shared/http/page.ts';
import { Role } from '../../shared/http/permissions.ts';
import { PersonId, WorkspaceId } from '../../shared/ids.ts';
import { Instant } from '../../shared/time.ts';
import { AuditEvent } from './domain/audit-event.ts';
import { Password } from './domain/password.ts';
import { MailAddress } from './domain/person.ts';
import { DisplayName, SettingsChange, Workspace } from './domain/workspace.ts';

const isEventDefinition = (exported: object): exported is EventDefinition =>
  'source' in exported && 'detail' in exported;

/** Every event of the platform: whatever happens is kept in the audit trail. */
export const listensTo: readonly EventDefinition[] = [
  userEvents,
  accountEvents,
  postEvents,
  campaignEvents,
  analyticsEvents,
]
  .flatMap((module) => Object.values(module).filter(isEventDefinition))
  .sort((one, other) => one.type.localeCompare(other.type, 'en'));

/** Credentials are never stored, not even to give a reply again: these operations bear to be repeated. */
const repeatable = { idempotency: 'inherent' } as const;

const RefreshToken = z
  .string()
  .max(8192)
  .regex(/^[\w.=-]+$/, 'must be a refresh token as it was given');

const Tokens = z
  .object({
    accessToken: z.string(),
    refreshToken: z.string().meta({ description: 'Use the latest one: it may be a new one with every refresh' }),
    expiresIn: z.int().meta({ description: 'Seconds until the access token expires' }),
    tokenType: z.literal('Bearer'),
  })
  .meta({ id: 'Tokens' });

export const signUp = operation({
  id: 'signUp',
  method: 'POST',
  path: '/v1/auth/sign-up',
  summary: 'Sign up; a code is mailed to the address',
  description: 'The reply is the same for an address that is known already.',
  access: 'public',
  request: {
    body: z.strictObject({ email: MailAddress, password: Password, name: DisplayName, workspaceName: DisplayName }),
  },
  response: z.object({ status: z.literal('confirmation_required') }),
  status: 202,
  errors: ['rate-limited', 'unavailable'],
  ...repeatable,
});

export const confirmSignUp = operation({
  id: 'confirmSignUp',
  method: 'POST',
  path: '/v1/auth/confirm',
  summary: 'Confirm a sign-up with the code from the mail; the workspace is made',
  access: 'public',
  request: {
    body: z.strictObject({
      email: MailAddress,
      code: z.string().regex(/^\d{6}$/, 'must be the six digits of the mail'),
    }),
  },
  response: z.object({ status: z.literal('confirmed') }),
  status: 200,
  errors: ['rate-limited'],
  ...repeatable,
});

export const resendCode = operation({
  id: 'resendCode',
  method: 'POST',
  path: '/v1/auth/resend',
  summary: 'Have a new confirmation code mailed',
  description: 'The reply is the same whether or not there is a sign-up to be confirmed.',
  access: 'public',
  request: { body: z.strictObject({ email: MailAddress }) },
  response: z.object({ status: z.literal('accepted') }),
  status: 202,
  errors: ['rate-limited', 'unavailable'],
  ...repeatable,
});

export const signIn = operation({
  id: 'signIn',
  method: 'POST',
  path: '/v1/auth/sign-in',
  summary: 'Sign in with address and password',
  access: 'public',
  request: { body: z.strictObject({ email: MailAddress, password: z.string().min(1).max(256) }) },
  response: Tokens,
  status: 200,
  errors: ['unauthenticated', 'forbidden', 'rate-limited'],
  ...repeatable,
});

export const refreshTokens = operation({
  id: 'refreshTokens',
  method: 'POST',
  path: '/v1/auth/refresh',
  summary: 'Get a new access token',
  access: 'public',
  request: { body: z.strictObject({ refreshToken: RefreshToken }) },
  response: Tokens,
  status: 200,
  errors: ['unauthenticated', 'forbidden', 'rate-limited'],
  ...repeatable,
});

export const signOut = operation({
  id: 'signOut',
  method: 'POST',
  path: '/v1/auth/sign-out',
  summary: 'Sign out; the refresh token, when given, is revoked',
  description: 'An access token that is out already stays valid until it expires, within 15 minutes.',
  access: 'signed-in',
  request: { body: z.strictObject({ refreshToken: RefreshToken.optional() }) },
  errors: ['rate-limited'],
  ...repeatable,
});

export const getMe = operation({
  id: 'getMe',
  method: 'GET',
  path: '/v1/me',
  summary: 'Who is signed in, in which workspace and role',
  access: 'signed-in',
  response: z.object({
    person: z.object({ id: PersonId, name: z.string(), email: z.string() }),
    workspace: z.object({ id: WorkspaceId, name: z.string() }),
    role: Role,
    memberships: z.array(z.object({ workspaceId: WorkspaceId, role: Role })),
  }),
});

/** A workspace as its members see it. */
export const WorkspaceView = Workspace.omit({ correlationId: true, changedBy: true }).meta({ id: 'WorkspaceView' });

export const getWorkspace = operation({
  id: 'getWorkspace',
  method: 'GET',
  path: '/v1/workspace',
  summary: 'Read the workspace of the access token and what it has decided for all its members',
  access: 'workspace:read',
  response: WorkspaceView,
  errors: ['not-found'],
  etag: true,
});

export const changeWorkspace = operation({
  id: 'changeWorkspace',
  method: 'PATCH',
  path: '/v1/workspace',
  summary: 'Change what the workspace decides for all its members',
  description: 'The other parts of the platform follow within seconds.',
  access: 'workspace:manage',
  request: { body: SettingsChange },
  response: WorkspaceView,
  errors: ['not-found', 'conflict'],
  ifMatch: 'required',
});

export const listAuditEvents = operation({
  id: 'listAuditEvents',
  method: 'GET',
  path: '/v1/audit-events',
  summary: 'What happened in the workspace, newest first',
  access: 'audit:read',
  request: {
    query: pageQuery({
      from: Instant.optional().meta({ description: 'Earliest time, inclusive' }),
      to: Instant.optional().meta({ description: 'Latest time, exclusive' }),
      entityId: z.string().min(1).max(64).optional().meta({ description: 'What happened to one post, account ...' }),
      eventType: z.enum(listensTo.map(({ type }) => type)).optional(),
    }),
  },
  response: pageOf(AuditEvent),
});

export const health = healthOperations('users');

export const operations = [
  signUp,
  confirmSignUp,
  resendCode,
  signIn,
  refreshTokens,
  signOut,
  getMe,
  getWorkspace,
  changeWorkspace,
  listAuditEvents,
  health.health,
  health.ready,
] as const;
