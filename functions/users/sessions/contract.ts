import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { SessionId } from '#shared/ids.ts';
import type { UserErrors } from '../domain/error-codes.ts';
import { maxSessions, Session } from '../domain/session.ts';

const operation = capability<UserErrors>({
  name: 'Sessions',
  group: 'Identity',
  description: 'List and end the sessions of the signed-in person.',
});

/** A session as shown to its person. */
const SessionView = Session.pick({
  id: true,
  device: true,
  network: true,
  createdAt: true,
  lastUsedAt: true,
  version: true,
})
  .extend({ isCurrent: z.boolean().meta({ description: 'Whether this request belongs to this session' }) })
  .meta({ id: 'Session' });

const path = z.strictObject({ sessionId: SessionId });

/** Nobody has more sessions than this; new ones exceed the limit only briefly. */
export const maxListed = 2 * maxSessions;

export const listSessions = operation({
  id: 'listSessions',
  method: 'GET',
  path: '/v1/me/sessions',
  summary: 'List your sessions, most recently used first',
  description: `A session is a sign-in on one device. A person can have ${maxSessions}: another sign-in ends the least recently used one.`,
  access: 'signed-in',
  allowedWithoutMfa: true,
  response: z.object({ items: z.array(SessionView).max(maxListed) }),
});

export const getSession = operation({
  id: 'getSession',
  method: 'GET',
  path: '/v1/me/sessions/{sessionId}',
  summary: 'Get one of your sessions',
  access: 'signed-in',
  allowedWithoutMfa: true,
  request: { path },
  response: SessionView,
  errors: { 'not-found': ['session_not_found'] },
});

export const revokeSession = operation({
  id: 'revokeSession',
  method: 'DELETE',
  path: '/v1/me/sessions/{sessionId}',
  summary: 'End one of your sessions',
  description:
    'Its refresh token stops working. Access tokens already issued can no longer make changes (401 `session_ended`); ' +
    'most reads still work until they expire, within 15 minutes.',
  access: 'signed-in',
  allowedWithoutMfa: true,
  request: { path },
  errors: { 'not-found': ['session_not_found'] },
});

export const operations = [listSessions, getSession, revokeSession] as const;
