import { createHmac } from 'node:crypto';
import * as z from 'zod';
import { entityFields, type New } from '#shared/entity.ts';
import { PersonId, SessionId } from '#shared/ids.ts';
import { keptFor, personal } from '#shared/privacy/personal-data.ts';
import { isSameSecret } from '#shared/secrets.ts';
import { isEndedBy } from '#shared/sign-ins.ts';
import { daySeconds, Instant } from '#shared/time.ts';

/** Why all sessions of a person are ended together. */
export const EndOfAll = z.enum(['everywhere', 'password_changed', 'password_reset']);
export type EndOfAll = z.infer<typeof EndOfAll>;

/**
 * Why a session ended. `reuse`: a used refresh token was presented again, so someone else has it; `too_many`: newer
 * sessions replaced it.
 */
export const SessionEnd = z.enum(['sign_out', 'revoked', 'reuse', 'too_many', ...EndOfAll.options]);
export type SessionEnd = z.infer<typeof SessionEnd>;

/** Most sessions per person; a new one replaces the least recently used. */
export const maxSessions = 50;

const ofSession = {
  why: 'to let people recognise their sessions and end those that are not theirs',
  keptFor: keptFor.session,
};

/**
 * A sign-in on one device, for as long as it is refreshed. Read access to it is not enough to refresh: the identity
 * provider's token is sealed, and the platform's refresh tokens are derived with a key stored elsewhere.
 */
export const Session = z.object({
  id: SessionId,
  ...entityFields,
  personId: PersonId,
  subject: personal(z.string(), { why: 'to find the sessions of a person', keptFor: keptFor.session }),
  /** The identity provider's id of the sign-in, as in access tokens (`origin_jti`). */
  signInId: z.string().nullable(),
  /** The person's `signInRound` when the session began. */
  signInRound: z.int().default(0),
  /** The trusted device it began on, by the digest of its token (domain/device.ts). */
  deviceDigest: z.string().nullable().default(null),
  /** User agent of the browser or program. */
  device: personal(
    z.string().max(200).meta({ description: '`User-Agent` of the client at sign-in, truncated to 200 characters' }),
    ofSession,
  ),
  /** Network of the sign-in, never the full IP address. */
  network: personal(
    z.string().meta({ description: 'Network of the sign-in: IPv4 /24 or IPv6 /48 in CIDR notation, or `unknown`' }),
    ofSession,
  ),
  lastUsedAt: personal(Instant.meta({ description: 'Sign-in or last refresh (UTC)' }), ofSession),
  /** The identity provider's refresh token, sealed; it never leaves the platform. */
  sealedToken: z.string(),
  /** Makes the refresh tokens unique to this session. */
  salt: z.string(),
  /** Number of refreshes. The current refresh token has this number; those with lower numbers are used. */
  generation: z.int(),
  endedAt: Instant.nullable(),
  endedFor: SessionEnd.nullable(),
  /** Unix seconds. */
  ttl: z.int(),
});
export type Session = z.infer<typeof Session>;

/** A parsed refresh token: `<session>.<subject>.<generation>.<HMAC of these and the session's salt>`. */
export interface RefreshToken {
  sessionId: string;
  subject: string;
  generation: number;
  mac: string;
}

/** 30 days from the sign-in, like the identity provider's refresh token. */
export const sessionSeconds = 30 * daySeconds;

/** How long a used refresh token is accepted again, because the response with the new one may have been lost. */
export const graceMs = 30_000;

/** Fields of a person that concern all their sessions. */
interface Rounds {
  signInRound: number;
  keptSignIn: string | null;
}

type Tokened = Pick<Session, 'id' | 'subject' | 'salt' | 'generation'>;

const macOf = (key: Uint8Array, { id, subject, salt, generation }: Tokened): string =>
  createHmac('sha256', key)
    .update(JSON.stringify([id, subject, salt, generation]))
    .digest('base64url');

/** Returns the session's current refresh token, which is derived when needed and never stored. */
export const refreshTokenOf = (key: Uint8Array, session: Tokened): string =>
  [session.id, session.subject, session.generation, macOf(key, session)].join('.');

const Parts = z.tuple([SessionId, z.uuid(), z.string().regex(/^(0|[1-9]\d{0,8})$/), z.string().regex(/^[\w-]{43}$/)]);

/** Parses a refresh token; undefined if it is malformed. */
export const parseRefreshToken = (token: string): RefreshToken | undefined => {
  const parts = Parts.safeParse(token.split('.'));
  if (!parts.success) return undefined;
  const [sessionId, subject, generation, mac] = parts.data;
  return { sessionId, subject, generation: Number(generation), mac };
};

/** Returns a new session. */
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

/** Whether a token was ever issued for this session. */
export const isItsToken = (key: Uint8Array, session: Session, { sessionId, generation, mac }: RefreshToken): boolean =>
  sessionId === session.id &&
  generation <= session.generation &&
  isSameSecret(mac, macOf(key, { ...session, generation }));

/** Result of checking a refresh token. */
export type Verdict = 'current' | 'repeated' | 'reused' | 'ended' | 'refused';

/** Checks a refresh token. A forged one, or one combined from two, is refused and ends no session. */
export const judge = (key: Uint8Array, session: Session, presented: RefreshToken, now: Date): Verdict => {
  if (!isItsToken(key, session, presented)) return 'refused';
  if (session.endedAt !== null) return 'ended';
  if (presented.generation === session.generation) return 'current';
  const isLatest = presented.generation === session.generation - 1;
  return isLatest && now.getTime() - Date.parse(session.lastUsedAt) < graceMs ? 'repeated' : 'reused';
};

/** Advances the session once its refresh token was used; `workspaceId` is the person's current workspace. */
export const rotate = (session: Session, workspaceId: string, now: Date): Session => ({
  ...session,
  workspaceId,
  lastUsedAt: now.toISOString(),
  generation: session.generation + 1,
});

/** Whether a session is still active: not ended on its own, nor with all others of the person. */
export const stands = (session: Session, { signInRound: round, keptSignIn: kept }: Rounds): boolean =>
  session.endedAt === null &&
  !isEndedBy({ round, kept }, { signInId: session.signInId ?? undefined, signInRound: session.signInRound });

/** Returns the sessions to end so that the `most` most recently used remain. */
export const longestUnused = (sessions: readonly Session[], most: number): Session[] =>
  [...sessions].sort((one, other) => Date.parse(other.lastUsedAt) - Date.parse(one.lastUsedAt)).slice(most);

/** Ends a session; one that has already ended is returned unchanged. */
export const end = (session: Session, why: SessionEnd, now: Date): Session =>
  session.endedAt === null ? { ...session, endedAt: now.toISOString(), endedFor: why } : session;
