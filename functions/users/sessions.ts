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
  judge,
  parseRefreshToken,
  refreshTokenOf,
  rotate,
  sessionSeconds,
  type RefreshToken,
  type Session,
  type SessionEnd,
} from './domain/session.ts';
import type { SealedFor } from './session-keys.ts';
import { signInIdOf, type Tokens } from './tokens.ts';
import { withWorkplace } from './workplace.ts';

const sealedFor = (subject: string, sessionId: string): SealedFor => ({ purpose: 'session', subject, sessionId });

/** Begins the session of a person who has just signed in; the tokens with our refresh token in the place of theirs. */
export const openSession = async (
  { sessions, sessionKeys, random, now }: Deps,
  person: Person,
  tokens: Tokens,
  request: RequestFacts,
): Promise<Tokens> => {
  const [at, keys] = [now(), await sessionKeys()];
  const [id, { subject }] = [newId('ses', at), person];
  const facts = {
    id,
    subject,
    workspaceId: person.workspaceId,
    personId: person.id,
    signInId: signInIdOf(tokens),
    device: request.userAgent.slice(0, 200),
    network: networkOf(request.sourceIp) ?? 'unknown',
    sealedToken: keys.seal(tokens.refreshToken, sealedFor(subject, id)),
    salt: random(16).toString('base64url'),
    ttl: timeToLive(at, sessionSeconds),
  };
  const session = await sessions.begin(beginSession(facts, at), personAuthor(person.id, request.correlationId));
  return { ...tokens, refreshToken: refreshTokenOf(keys.ofTokens, session) };
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
  const { sessions, now } = deps;
  const [session, keys] = await Promise.all([
    sessions.find(presented.subject, presented.sessionId),
    deps.sessionKeys(),
  ]);
  const verdict = session && judge(keys.ofTokens, session, presented, now());
  if (!session || verdict === 'refused' || verdict === 'ended') throw invalidRefreshToken();
  const author = personAuthor(session.personId, correlationId);
  if (verdict === 'reused') {
    await endSession(deps, session, 'reuse', author);
    throw invalidRefreshToken();
  }
  const provider = await deps.identities();
  const providerToken = keys.open(session.sealedToken, sealedFor(session.subject, session.id));
  // First the provider, who may refuse: until then nothing is spent.
  const given = await withWorkplace(deps, session.subject, await provider.refresh(providerToken), correlationId);
  const withOurs = (standing: Session): Tokens => ({
    ...given.tokens,
    refreshToken: refreshTokenOf(keys.ofTokens, standing),
  });
  if (verdict === 'repeated') return withOurs(session);
  return withOurs(await sessions.save(rotate(session, given.workspaceId, now()), author));
};

/**
 * Ends a session that may be written at the same time by a refresh; ended it stays. First at the provider: what has ended
 * here refreshes nothing there, whatever breaks in between.
 */
export const endSession = async (deps: Deps, session: Session, why: SessionEnd, author: Author): Promise<void> => {
  const { subject, id, sealedToken } = session;
  await (await deps.identities()).revoke((await deps.sessionKeys()).open(sealedToken, sealedFor(subject, id)));
  await noteEnd(deps, session, why, author);
};

const noteEnd = async ({ sessions, now }: Deps, session: Session, why: SessionEnd, author: Author): Promise<void> => {
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

/** Ends every session of a person, and whatever else of theirs is refreshed at the provider. */
export const endSessions = async (deps: Deps, subject: string, why: SessionEnd, author: Author): Promise<void> => {
  await (await deps.identities()).signOutEverywhere(subject);
  for (const session of await openSessions(deps, subject)) await noteEnd(deps, session, why, author);
};

/** Ends every session of a person but those that are kept. */
export const endOtherSessions = async (
  deps: Deps,
  subject: string,
  why: SessionEnd,
  author: Author,
  isKept: (session: Session) => boolean,
): Promise<void> => {
  for (const session of await openSessions(deps, subject)) {
    if (!isKept(session)) await endSession(deps, session, why, author);
  }
};

const openSessions = async ({ sessions }: Deps, subject: string): Promise<Session[]> =>
  (await sessions.listOf(subject)).filter(({ endedAt }) => endedAt === null);
