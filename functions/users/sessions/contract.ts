import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { SessionId } from '#shared/ids.ts';
import type { UserErrors } from '../domain/error-codes.ts';
import { mostSessions, Session } from '../domain/session.ts';

const operation = capability<UserErrors>({
  name: 'Sessions',
  group: 'Identity',
  description: 'List and end the sessions of the signed-in person.',
});

/** A session as its person sees it. */
const SessionView = Session.pick({
  id: true,
  device: true,
  network: true,
  createdAt: true,
  lastUsedAt: true,
  version: true,
})
  .extend({ isCurrent: z.boolean().meta({ description: 'The session of this request' }) })
  .meta({ id: 'Session' });

const path = z.strictObject({ sessionId: SessionId });

/** A person has no more sessions; a few may be there for the moment in which they begin. */
export const mostListed = 2 * mostSessions;

export const listSessions = operation({
  id: 'listSessions',
  method: 'GET',
  path: '/v1/me/sessions',
  summary: 'On which devices the person is signed in, those used last first',
  description: `A person has ${mostSessions} at most: the one that was used longest ago ends when another begins.`,
  access: 'signed-in',
  allowedWithoutMfa: true,
  response: z.object({ items: z.array(SessionView).max(mostListed) }),
});

export const getSession = operation({
  id: 'getSession',
  method: 'GET',
  path: '/v1/me/sessions/{sessionId}',
  summary: 'Read one of the own sessions',
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
  summary: 'End one of the own sessions: it is not refreshed any more',
  description:
    'Access tokens already issued are refused for changes (401 `session_ended`); they can read until they expire, within ' +
    '15 minutes.',
  access: 'signed-in',
  allowedWithoutMfa: true,
  request: { path },
  errors: { 'not-found': ['session_not_found'] },
});

export const operations = [listSessions, getSession, revokeSession] as const;
