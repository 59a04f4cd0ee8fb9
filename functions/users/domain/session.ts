import { createHmac } from 'node:crypto';
import * as z from 'zod';
import { entityFields, type New } from '#shared/entity.ts';
import { PersonId, SessionId } from '#shared/ids.ts';
import { keptFor, personal } from '#shared/privacy/personal-data.ts';
import { isSameSecret } from '#shared/secrets.ts';
import { isEndedBy } from '#shared/sign-ins.ts';
import { daySeconds, Instant } from '#shared/time.ts';

/** Why all sessions of a person end at once. */
export const EndOfAll = z.enum(['everywhere', 'password_changed', 'password_reset']);
export type EndOfAll = z.infer<typeof EndOfAll>;

/**
 * Why a session ended. `reuse`: a spent refresh token was presented again, so another party has it; `too_many`: newer
 * ones took its place.
 */
export const SessionEnd = z.enum(['sign_out', 'revoked', 'reuse', 'too_many', ...EndOfAll.options]);
export type SessionEnd = z.infer<typeof SessionEnd>;

/** Maximum number of sessions per person: a new one replaces the least recently used. */
export const maxSessions = 50;

const ofSession = {
  why: 'to let people recognise their sessions and end those that are not theirs',
  keptFor: keptFor.session,
};

/**
 * A sign-in on one device, for as long as it is refreshed. Reading it is not enough to refresh: the identity provider's
 * token is sealed, and our refresh tokens are made with a key that is kept elsewhere.
 */
export const Session = z.object({
  id: SessionId,
  ...entityFields,
  personId: PersonId,
  subject: personal(z.string(), { why: 'to find the sessions of a person', keptFor: keptFor.session }),
  /** The identity provider's id of the sign-in, as access tokens name it (`origin_jti`). */
  signInId: z.string().nullable(),
  /** How often all sign-ins of the person had ended before it began. */
  signInRound: z.int().default(0),
  /** The known device it was begun on, by the digest of its token (domain/device.ts). */
  deviceDigest: z.string().nullable().default(null),
  /** What the browser or program called itself. */
  device: personal(
    z.string().max(200).meta({ description: '`User-Agent` of the client at sign-in, truncated to 200 characters' }),
    ofSession,
  ),
  /** The network it signed in from, never the whole address. */
  network: personal(
    z.string().meta({ description: 'Network of the sign-in: IPv4 /24 or IPv6 /48 in CIDR notation, or `unknown`' }),
    ofSession,
  ),
  lastUsedAt: personal(Instant.meta({ description: 'Sign-in or last refresh (UTC)' }), ofSession),
  /** The identity provider's refresh token, which never leaves the platform. */
  sealedToken: z.string(),
  /** Makes the refresh tokens of this session its own. */
  salt: z.string(),
  /** How often it was refreshed: the refresh token of this number is the current one, each before it is spent. */
  generation: z.int(),
  endedAt: Instant.nullable(),
  endedFor: SessionEnd.nullable(),
  /** Unix seconds. */
  ttl: z.int(),
});
export type Session = z.infer<typeof Session>;

/** A refresh token, taken apart: `<session>.<subject>.<generation>.<HMAC of these and the session's salt>`. */
export interface RefreshToken {
  sessionId: string;
  subject: string;
  generation: number;
  mac: string;
}

/** The identity provider's refresh token lives 30 days from the sign-in, and so does the session. */
export const sessionSeconds = 30 * daySeconds;

/** A refresh token that was just spent is taken once more this long: the reply with the new one may have been lost. */
export const graceMs = 30_000;

/** What a person's record says of all their sessions. */
interface Rounds {
  signInRound: number;
  keptSignIn: string | null;
}

type Tokened = Pick<Session, 'id' | 'subject' | 'salt' | 'generation'>;

const macOf = (key: Uint8Array, { id, subject, salt, generation }: Tokened): string =>
  createHmac('sha256', key)
    .update(JSON.stringify([id, subject, salt, generation]))
    .digest('base64url');

/** The session's current refresh token. It is derived each time it is needed, and never stored. */
export const refreshTokenOf = (key: Uint8Array, session: Tokened): string =>
  [session.id, session.subject, session.generation, macOf(key, session)].join('.');

const Parts = z.tuple([SessionId, z.uuid(), z.string().regex(/^(0|[1-9]\d{0,8})$/), z.string().regex(/^[\w-]{43}$/)]);

/** Undefined for a text that was never a refresh token of ours. */
export const parseRefreshToken = (token: string): RefreshToken | undefined => {
  const parts = Parts.safeParse(token.split('.'));
  if (!parts.success) return undefined;
  const [sessionId, subject, generation, mac] = parts.data;
  return { sessionId, subject, generation: Number(generation), mac };
};

/** A session that begins now. */
export const beginSession = (
  facts: Pick<
    Session,
    | 'id'
    | 'workspaceId'
    | 'personId'
    | 'subject'
    | 'signInId'
    | 'signInRound'
    | 'deviceDigest'
    | 'device'
    | 'network'
    | 'sealedToken'
    | 'salt'
    | 'ttl'
  >,
  now: Date,
): New<Session> => ({ ...facts, lastUsedAt: now.toISOString(), generation: 0, endedAt: null, endedFor: null });

/** Whether a token was given out for this session, at whatever time. */
export const isItsToken = (key: Uint8Array, session: Session, { sessionId, generation, mac }: RefreshToken): boolean =>
  sessionId === session.id &&
  generation <= session.generation &&
  isSameSecret(mac, macOf(key, { ...session, generation }));

/** What a refresh token that was presented is worth. */
export type Verdict = 'current' | 'repeated' | 'reused' | 'ended' | 'refused';

/** Judges a refresh token. One that was made up, or put together from two, is refused and ends no session. */
export const judge = (key: Uint8Array, session: Session, presented: RefreshToken, now: Date): Verdict => {
  if (!isItsToken(key, session, presented)) return 'refused';
  if (session.endedAt !== null) return 'ended';
  if (presented.generation === session.generation) return 'current';
  const isLatest = presented.generation === session.generation - 1;
  return isLatest && now.getTime() - Date.parse(session.lastUsedAt) < graceMs ? 'repeated' : 'reused';
};

/** The session after its refresh token was spent; the person works in `workspaceId` now. */
export const rotate = (session: Session, workspaceId: string, now: Date): Session => ({
  ...session,
  workspaceId,
  lastUsedAt: now.toISOString(),
  generation: session.generation + 1,
});

/** Whether a session continues: it has ended neither by itself nor with all others of the person. */
export const stands = (session: Session, { signInRound: round, keptSignIn: kept }: Rounds): boolean =>
  session.endedAt === null &&
  !isEndedBy({ round, kept }, { signInId: session.signInId ?? undefined, signInRound: session.signInRound });

/** Those that have to go so that `most` are left. */
export const longestUnused = (sessions: readonly Session[], most: number): Session[] =>
  [...sessions].sort((one, other) => Date.parse(other.lastUsedAt) - Date.parse(one.lastUsedAt)).slice(most);

/** The session, ended; one that has already ended stays unchanged. */
export const end = (session: Session, why: SessionEnd, now: Date): Session =>
  session.endedAt === null ? { ...session, endedAt: now.toISOString(), endedFor: why } : session;
