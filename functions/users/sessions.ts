import type { Author } from '../../shared/actor.ts';
import { isLostUpdate } from '../../shared/dynamo.ts';
import type { RequestFacts } from '../../shared/http/route.ts';
import { newId } from '../../shared/ids.ts';
import { networkOf } from '../../shared/network.ts';
import { timeToLive } from '../../shared/time.ts';
import type { Deps } from './deps.ts';
import { personAuthor, type Person } from './domain/person.ts';
import { invalidRefreshToken } from './domain/refusals.ts';
import {
  beginSession,
  end,
  formatRefreshToken,
  judge,
  parseRefreshToken,
  rotate,
  sessionSeconds,
  type RefreshToken,
  type Session,
  type SessionEnd,
} from './domain/session.ts';
import { signInIdOf, type Tokens } from './tokens.ts';

/** Begins the session of a person who has just signed in; the tokens with our refresh token in them. */
export const openSession = async (
  { sessions, random, now }: Deps,
  person: Person,
  tokens: Tokens,
  request: RequestFacts,
): Promise<Tokens> => {
  const at = now();
  const refreshToken: RefreshToken = {
    sessionId: newId('ses', at),
    subject: person.subject,
    nonce: random(32).toString('base64url'),
    providerToken: tokens.refreshToken,
  };
  const facts = {
    workspaceId: person.workspaceId,
    personId: person.id,
    signInId: signInIdOf(tokens),
    device: request.userAgent.slice(0, 200),
    network: networkOf(request.sourceIp) ?? 'unknown',
    ttl: timeToLive(at, sessionSeconds),
  };
  await sessions.begin(beginSession(refreshToken, facts, at), personAuthor(person.id, request.correlationId));
  return { ...tokens, refreshToken: formatRefreshToken(refreshToken) };
};

/** How often a refresh that lost against another one of the same session looks again. */
const mostTries = 3;

/**
 * New tokens for a refresh token, which is spent by that. One that was spent before ends the session: of the two who
 * have it, one has stolen it.
 * @throws DomainError `invalid_refresh_token`, `no_workspace`
 */
export const refreshSession = async (deps: Deps, token: string, correlationId: string): Promise<Tokens> => {
  const presented = parseRefreshToken(token);
  if (!presented) throw invalidRefreshToken();
  for (let tries = 1; ; tries += 1) {
    try {
      return await refreshOnce(deps, presented, correlationId);
    } catch (error) {
      if (tries === mostTries || !isLostUpdate(error)) throw error;
    }
  }
};

const refreshOnce = async (deps: Deps, presented: RefreshToken, correlationId: string): Promise<Tokens> => {
  const { sessions, random, now } = deps;
  const session = await sessions.find(presented.subject, presented.sessionId);
  const verdict = session && judge(session, presented, now());
  if (!session || !verdict || verdict.kind === 'refused') throw invalidRefreshToken();
  const author = personAuthor(session.personId, correlationId);
  if (verdict.kind === 'reused') await sessions.save(end(session, 'reuse', now()), author);
  if (verdict.kind === 'reused' || verdict.kind === 'ended') {
    await (await deps.identities()).revoke(presented.providerToken);
    throw invalidRefreshToken();
  }
  // First the provider, who may refuse: until then nothing is spent.
  const tokens = await (await deps.identities()).refresh(presented.providerToken);
  const withNonce = (nonce: string): Tokens => ({
    ...tokens,
    refreshToken: formatRefreshToken({ ...presented, nonce, providerToken: tokens.refreshToken }),
  });
  if (verdict.kind === 'repeated') return withNonce(verdict.nonce);
  const rotated = rotate(session, presented.nonce, random(32).toString('base64url'), now());
  await sessions.save(rotated.session, author);
  return withNonce(rotated.nonce);
};

/** Ends a session that may be written at the same time by a refresh; ended it stays. */
export const endSession = async ({ sessions, now }: Deps, session: Session, why: SessionEnd, author: Author) => {
  for (let tries = 1; ; tries += 1) {
    const standing = tries === 1 ? session : await sessions.find(session.subject, session.id);
    if (!standing || standing.endedAt !== null) return;
    try {
      await sessions.save(end(standing, why, now()), author);
      return;
    } catch (error) {
      if (tries === mostTries || !isLostUpdate(error)) throw error;
    }
  }
};

/** Ends every session of a person but the one that is kept. */
export const endSessions = async (
  deps: Deps,
  subject: string,
  why: SessionEnd,
  author: Author,
  isKept: (session: Session) => boolean = () => false,
): Promise<void> => {
  const open = (await deps.sessions.listOf(subject)).filter((each) => each.endedAt === null && !isKept(each));
  for (const session of open) await endSession(deps, session, why, author);
};
