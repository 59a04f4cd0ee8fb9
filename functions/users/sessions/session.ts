import type { Author } from '#shared/actor.ts';
import { lostUpdate, retryOnLostUpdate } from '#shared/entities.ts';
import type { RequestFacts } from '#shared/http/route.ts';
import { newId } from '#shared/ids.ts';
import { networkOf } from '#shared/network.ts';
import { timeToLive } from '#shared/time.ts';
import type { Deps } from '../deps.ts';
import { type EndOfSignIns, type Person, personAuthor } from '../domain/person.ts';
import { type SealedFor, sealedForEnrolment } from '../domain/sealed-for.ts';
import {
  beginSession,
  end,
  judge,
  longestUnused,
  maxSessions,
  parseRefreshToken,
  type RefreshToken,
  refreshTokenOf,
  rotate,
  type Session,
  type SessionEnd,
  sessionSeconds,
  stands,
} from '../domain/session.ts';
import { invalidRefreshToken } from '../domain/sign-in-errors.ts';
import { signInIdOf, signInRoundOf, type Tokens } from '../ports/tokens.ts';
import { withWorkplace } from '../workspaces/find-workplace.ts';

const sealedFor = (subject: string, sessionId: string): SealedFor => ({ purpose: 'session', subject, sessionId });

/**
 * Starts the session of a person who has just signed in on a device. Returns the tokens, with the platform's refresh
 * token instead of the provider's.
 */
export const openSession = async (
  deps: Deps,
  person: Person,
  { tokens, deviceDigest }: { tokens: Tokens; deviceDigest: string | null },
  request: RequestFacts,
): Promise<Tokens> => {
  const { sessions, sessionKeys, random, now } = deps;
  const at = now();
  const [id, { subject }] = [newId('ses', at), person];
  const facts = {
    id,
    subject,
    workspaceId: person.workspaceId,
    personId: person.id,
    signInId: signInIdOf(tokens),
    signInRound: signInRoundOf(tokens),
    deviceDigest,
    device: request.userAgent.slice(0, 200),
    network: networkOf(request.sourceIp) ?? 'unknown',
    sealedToken: await sessionKeys.seal(tokens.refreshToken, sealedFor(subject, id)),
    salt: random(16).toString('base64url'),
    ttl: timeToLive(at, sessionSeconds),
  };
  const author = personAuthor(person.id, request.correlationId);
  const session = await sessions.begin(beginSession(facts, at), author);
  return { ...tokens, refreshToken: refreshTokenOf(await sessionKeys.tokenKey(), session) };
};

/**
 * Exchanges a refresh token for new tokens, which uses it up. Reusing it after the grace period ends the session,
 * because one of its two holders has stolen it.
 * @throws DomainError `invalid_refresh_token`, `no_workspace`
 */
export const refreshSession = async (deps: Deps, token: string, correlationId: string): Promise<Tokens> => {
  const presented = parseRefreshToken(token);
  if (!presented) throw invalidRefreshToken();
  return retryOnLostUpdate(() => refreshOnce(deps, presented, correlationId));
};

const refreshOnce = async (deps: Deps, presented: RefreshToken, correlationId: string): Promise<Tokens> => {
  const { sessions, now } = deps;
  const [session, person, tokenKey] = await Promise.all([
    sessions.find(presented.subject, presented.sessionId),
    deps.people.find(presented.subject),
    deps.sessionKeys.tokenKey(),
  ]);
  if (!session || !person || !stands(session, person)) throw invalidRefreshToken();
  const verdict = judge(tokenKey, session, presented, now());
  if (verdict === 'refused') throw invalidRefreshToken();
  const author = personAuthor(session.personId, correlationId);
  if (verdict === 'reused') {
    await endSession(deps, session, 'reuse', author);
    throw invalidRefreshToken();
  }
  const providerToken = await deps.sessionKeys.open(session.sealedToken, sealedFor(session.subject, session.id));
  // The provider may refuse, so it is called before the refresh token is used up.
  const given = await withWorkplace(deps, session.subject, await deps.identities.refresh(providerToken), correlationId);
  // All sign-ins ended meanwhile; these tokens would pass for ones of a later sign-in.
  if (signInRoundOf(given.tokens) !== person.signInRound) throw lostUpdate();
  const withOurs = (standing: Session): Tokens => ({
    ...given.tokens,
    refreshToken: refreshTokenOf(tokenKey, standing),
  });
  if (verdict === 'repeated') return withOurs(session);
  return withOurs(await sessions.save(rotate(session, given.workspaceId, now()), author));
};

/**
 * Ends a session permanently, even if a refresh writes it concurrently. First its access tokens are rejected, then the
 * provider's token is revoked, and the end is recorded last: a session recorded as ended cannot be refreshed, and one
 * whose end was cut off is still listed and can be ended again.
 */
export const endSession = async (deps: Deps, session: Session, why: SessionEnd, author: Author): Promise<void> => {
  const { subject, id, sealedToken, signInId } = session;
  if (signInId !== null) await deps.signIns.endSignIn(signInId);
  await deps.identities.revoke(await deps.sessionKeys.open(sealedToken, sealedFor(subject, id)));
  await noteEnd(deps, session, why, author);
};

const noteEnd = ({ sessions, now }: Deps, session: Session, why: SessionEnd, author: Author): Promise<void> =>
  retryOnLostUpdate(async (attempt) => {
    const standing = attempt === 1 ? session : await sessions.find(session.subject, session.id);
    if (standing?.endedAt === null) await sessions.save(end(standing, why, now()), author);
  });

/**
 * Ends all sign-ins of a person, then revokes their refresh tokens at the provider. If the provider is unavailable, the
 * sign-ins have still ended here. Returns the person; undefined: there is none.
 */
export const endSignIns = async (
  deps: Deps,
  subject: string,
  end: Omit<EndOfSignIns, 'kept'>,
  correlationId: string,
): Promise<Person | undefined> => {
  const ended = await deps.people.endSignIns(subject, { ...end, kept: null }, correlationId);
  await deps.identities.signOutEverywhere(subject);
  return ended;
};

/** Maximum number of sessions ended concurrently. */
const endedAtATime = 10;

/** A person's sign-in, or the end of their sign-ins, as an event of a workspace. */
interface OfPerson {
  workspaceId: string;
  /** Id of the person. */
  entityId: string;
  correlationId: string;
}

const personOf = async (
  { members, people }: Pick<Deps, 'members' | 'people'>,
  { workspaceId, entityId }: OfPerson,
): Promise<Person | undefined> => {
  const member = await members.record(workspaceId, entityId);
  return member && people.find(member.subject);
};

/**
 * Ends the sessions of a person above the limit and deletes old ended ones, so that about twice the limit is stored at
 * most. Done after each sign-in, which does not wait for it.
 */
export const makeRoom = async (deps: Deps, event: OfPerson): Promise<void> => {
  const person = await personOf(deps, event);
  if (!person) return;
  const all = await deps.sessions.listOf(person.subject);
  const standing = all.filter((session) => stands(session, person));
  const leaving = longestUnused(standing, maxSessions);
  const author = personAuthor(person.id, event.correlationId);
  for (let from = 0; from < leaving.length; from += endedAtATime) {
    const some = leaving.slice(from, from + endedAtATime);
    await Promise.all(some.map((session) => endSession(deps, session, 'too_many', author)));
  }
  const over = all.filter((session) => session.endedAt !== null);
  await deps.sessions.forget(longestUnused(over, maxSessions));
};

/**
 * Cleans up after all sign-ins of a person ended: ends sessions and an authenticator's enrolment at the provider, and
 * records their end. Nothing waits for this, because what has ended is already rejected wherever it is read. A repeated
 * call continues where the previous one stopped.
 */
export const tidySignIns = async (deps: Deps, event: OfPerson): Promise<void> => {
  const person = await personOf(deps, event);
  const why = person?.signInsEndedFor ?? null;
  if (!person || why === null) return;
  const { subject } = person;
  const author = personAuthor(person.id, event.correlationId);
  const begun = await deps.enrolments.find(subject);
  if (begun && begun.signInRound !== person.signInRound) {
    await deps.identities.endTotp(await deps.sessionKeys.open(begun.sealed, sealedForEnrolment(subject)));
    await deps.enrolments.end(subject);
  }
  const all = await deps.sessions.listOf(subject);
  const over = all.filter((session) => session.endedAt === null && !stands(session, person));
  for (let from = 0; from < over.length; from += endedAtATime) {
    const some = over.slice(from, from + endedAtATime);
    await Promise.all(some.map((session) => endSession(deps, session, why, author)));
  }
};
