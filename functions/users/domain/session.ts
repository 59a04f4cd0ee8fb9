import { createHash, createHmac } from 'node:crypto';
import * as z from 'zod';
import { entityFields, type New } from '../../../shared/entity.ts';
import { PersonId, SessionId } from '../../../shared/ids.ts';
import { keptFor, personal } from '../../../shared/personal-data.ts';
import { Instant } from '../../../shared/time.ts';

/** Why a session ended. `reuse`: a refresh token that was spent already came once more, so that somebody else has it. */
export const SessionEnd = z.enum(['sign_out', 'everywhere', 'revoked', 'reuse', 'password_changed', 'password_reset']);
export type SessionEnd = z.infer<typeof SessionEnd>;

const ofSession = { why: 'so that people know their sessions and end those of others', keptFor: keptFor.session };

/**
 * A sign-in on one device, for as long as it is refreshed. It holds no secret: of the refresh token only digests, and
 * of a rotation the salt, with which nobody gets the new nonce who has not the old one.
 */
export const Session = z.object({
  id: SessionId,
  ...entityFields,
  personId: PersonId,
  subject: personal(z.string(), { why: 'to find the sessions of a person', keptFor: keptFor.session }),
  /** The identity provider's id of the sign-in, as access tokens name it (`origin_jti`). */
  signInId: z.string().nullable(),
  /** What the browser or program called itself. */
  device: personal(z.string().max(200), ofSession),
  /** The network it signed in from, never the whole address. */
  network: personal(z.string(), ofSession),
  lastUsedAt: personal(Instant, ofSession),
  /** Of the identity provider's refresh token. */
  tokenDigest: z.string(),
  nonceDigest: z.string(),
  /** The nonce spent last, from which `salt` made the current one at `rotatedAt`. */
  spent: z.object({ nonceDigest: z.string(), salt: z.string(), rotatedAt: Instant }).nullable(),
  endedAt: Instant.nullable(),
  endedFor: SessionEnd.nullable(),
  /** Unix seconds. */
  ttl: z.int(),
});
export type Session = z.infer<typeof Session>;

/** A refresh token, taken apart: `<session>.<subject>.<nonce>.<the identity provider's refresh token>`. */
export interface RefreshToken {
  sessionId: string;
  subject: string;
  nonce: string;
  providerToken: string;
}

/** The identity provider's refresh token lives 30 days from the sign-in, and so does the session. */
export const sessionSeconds = 30 * 24 * 60 * 60;

/** A nonce that was just spent is taken once more this long: the reply with the new one may have been lost. */
export const graceMs = 30_000;

export const digestOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

export const formatRefreshToken = ({ sessionId, subject, nonce, providerToken }: RefreshToken): string =>
  [sessionId, subject, nonce, providerToken].join('.');

const Parts = z.tuple([SessionId, z.uuid(), z.string().regex(/^[\w-]{43}$/), z.string().min(1)]);

/** Undefined for what was never a refresh token of ours. */
export const parseRefreshToken = (token: string): RefreshToken | undefined => {
  const [session, subject, nonce, ...rest] = token.split('.');
  const parts = Parts.safeParse([session, subject, nonce, rest.join('.')]);
  if (!parts.success) return undefined;
  const [sessionId, whom, which, providerToken] = parts.data;
  return { sessionId, subject: whom, nonce: which, providerToken };
};

/** A session that begins now, with the refresh token that was given out for it. */
export const beginSession = (
  { sessionId, subject, nonce, providerToken }: RefreshToken,
  facts: Pick<Session, 'workspaceId' | 'personId' | 'signInId' | 'device' | 'network' | 'ttl'>,
  now: Date,
): New<Session> => ({
  ...facts,
  id: sessionId,
  subject,
  lastUsedAt: now.toISOString(),
  tokenDigest: digestOf(providerToken),
  nonceDigest: digestOf(nonce),
  spent: null,
  endedAt: null,
  endedFor: null,
});

/** What a refresh token that was presented is worth. */
export type Verdict =
  | { kind: 'current' }
  | { kind: 'repeated'; nonce: string }
  | { kind: 'reused' }
  | { kind: 'ended' }
  | { kind: 'refused' };

/**
 * Judges a refresh token. Only who holds the provider's token of this very session can have had one of its nonces: a
 * token that was made up, or put together from two, is refused and ends nobody's session.
 */
export const judge = (session: Session, { nonce, providerToken }: RefreshToken, now: Date): Verdict => {
  if (digestOf(providerToken) !== session.tokenDigest) return { kind: 'refused' };
  if (session.endedAt !== null) return { kind: 'ended' };
  const digest = digestOf(nonce);
  if (digest === session.nonceDigest) return { kind: 'current' };
  const { spent } = session;
  const inGrace = spent && now.getTime() - Date.parse(spent.rotatedAt) < graceMs;
  if (inGrace && digest === spent.nonceDigest) return { kind: 'repeated', nonce: nextNonce(nonce, spent.salt) };
  return { kind: 'reused' };
};

/** The nonce after `nonce`: whoever lost the reply gets the same again, and no store holds it. */
const nextNonce = (nonce: string, salt: string): string => createHmac('sha256', nonce).update(salt).digest('base64url');

/** The session after its nonce was spent, and the nonce that counts from now on. */
export const rotate = (
  session: Session,
  nonce: string,
  salt: string,
  now: Date,
): { session: Session; nonce: string } => {
  const next = nextNonce(nonce, salt);
  const rotatedAt = now.toISOString();
  return {
    nonce: next,
    session: {
      ...session,
      lastUsedAt: rotatedAt,
      nonceDigest: digestOf(next),
      spent: { nonceDigest: session.nonceDigest, salt, rotatedAt },
    },
  };
};

/** The session, ended; one that has ended stays as it is. */
export const end = (session: Session, why: SessionEnd, now: Date): Session =>
  session.endedAt === null ? { ...session, endedAt: now.toISOString(), endedFor: why } : session;
