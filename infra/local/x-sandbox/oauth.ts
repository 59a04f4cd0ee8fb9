import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { digestOf, isSameSecret } from '#shared/secrets.ts';
import { tellOfRevocation } from './deliveries.ts';
import { type Incoming, json, mediaTypeOf, Refusal, type Reply } from './http.ts';
import type { Caller } from './operation.ts';
import { oauthError, unauthorized } from './problems.ts';
import type { Grant } from './state.ts';
import type { User } from './user.ts';
import type { World } from './world.ts';

/** All scopes of X's OpenAPI description, and users.email. */
export const SCOPES: readonly string[] = [
  ...['block', 'bookmark', 'broadcast', 'dm', 'follows', 'like', 'list', 'mute'].flatMap((s) => [
    `${s}.read`,
    `${s}.write`,
  ]),
  ...['media.write', 'offline.access', 'space.read', 'timeline.read', 'tweet.moderate.write'],
  ...['tweet.read', 'tweet.write', 'users.read', 'users.email'],
];

/** What the consent page passes on once the user has given consent. */
interface Consent {
  userId: string;
  scopes: string[];
  redirectUri: string;
  challenge: string;
  challengeMethod: 'S256' | 'plain';
}

/** Creates an authorization code: single use, valid for 30 seconds (configurable). */
export function issueCode(world: World, consent: Consent): string {
  const code = secret();
  world.state.codes[digest(code)] = { ...consent, expiresAt: world.now() + world.state.settings.codeSeconds * 1000 };
  return code;
}

/**
 * POST /2/oauth2/token: exchange and refresh, for a confidential client. X documents a form body; its libraries also
 * send JSON, and the credentials in the header, in the body or in both.
 */
export function token(world: World, incoming: Incoming): Reply {
  const fields = parameters(incoming);
  authenticateClient(world, incoming.headers, fields);
  const grantType = fields.get('grant_type');
  if (grantType === 'authorization_code') return exchange(world, fields);
  if (grantType === 'refresh_token') return refresh(world, fields);
  const description = grantType === undefined ? 'Missing required parameter [grant_type].' : 'Unsupported grant_type.';
  return oauthError(400, grantType === undefined ? 'invalid_request' : 'unsupported_grant_type', description);
}

/** POST /oauth2/token with grant_type=client_credentials: the app's own token, for app-only calls. */
export function appToken(world: World, incoming: Incoming): Reply {
  const fields = parameters(incoming);
  authenticateClient(world, incoming.headers, fields);
  if (fields.get('grant_type') !== 'client_credentials') {
    return oauthError(400, 'unsupported_grant_type', 'Only client_credentials is supported here.');
  }
  const bearer = secret();
  world.state.tokens[digest(bearer)] = { kind: 'app', grantId: '', expiresAt: Number.MAX_SAFE_INTEGER, spent: false };
  return json(200, { token_type: 'bearer', access_token: bearer });
}

/**
 * POST /2/oauth2/revoke. Revoking a refresh token revokes its entire family; an access token, only itself. An unknown
 * token counts as revoked (RFC 7009, section 2.2).
 */
export function revoke(world: World, incoming: Incoming): Reply {
  const fields = parameters(incoming);
  authenticateClient(world, incoming.headers, fields);
  const value = fields.get('token');
  if (value === undefined) return oauthError(400, 'invalid_request', 'Missing required parameter [token].');
  const stored = world.state.tokens[digest(value)];
  if (stored?.kind === 'refresh') revokeGrant(world, stored.grantId);
  else Reflect.deleteProperty(world.state.tokens, digest(value));
  return json(200, { revoked: true });
}

/** Revokes the app's access, as the user would in X's own settings; returns the number of revoked grants. */
export function revokeAllOf(world: World, userId: string): number {
  const grants = Object.values(world.state.grants).filter((grant) => grant.userId === userId && !grant.revoked);
  for (const grant of grants) revokeGrant(world, grant.id);
  if (grants.length > 0) tellOfRevocation(world, userId);
  return grants.length;
}

/**
 * Returns the caller of this Authorization header.
 * @throws Refusal 401 when it is missing, unknown, expired or revoked
 */
export function callerOf(world: World, headers: IncomingHttpHeaders): Caller {
  const bearer = /^Bearer ([\w.~+/=-]+)$/i.exec(headers.authorization ?? '')?.[1];
  if (bearer !== undefined && isSameSecret(bearer, world.state.settings.appBearer)) return { kind: 'app' };
  const stored = bearer === undefined ? undefined : world.state.tokens[digest(bearer)];
  if (stored === undefined || stored.expiresAt <= world.now()) throw new Refusal(unauthorized());
  if (stored.kind === 'app') return { kind: 'app' };
  const grant = world.state.grants[stored.grantId];
  const user = grant && world.state.users[grant.userId];
  if (stored.kind !== 'access' || user === undefined || grant === undefined || grant.revoked) {
    throw new Refusal(unauthorized());
  }
  return { kind: 'user', user, scopes: grant.scopes };
}

/** Returns the user whose tokens a request to a token endpoint concerns, for the log and for faults of one account. */
export function subjectOf(world: World, incoming: Incoming): User | undefined {
  const fields = parseParameters(incoming);
  const name = ['code', 'refresh_token', 'token'].find((field) => fields?.has(field));
  const key = digest(fields?.get(name ?? '') ?? '');
  const grant = world.state.grants[world.state.tokens[key]?.grantId ?? ''];
  return world.state.users[world.state.codes[key]?.userId ?? grant?.userId ?? ''];
}

function exchange(world: World, fields: ReadonlyMap<string, string>): Reply {
  const key = digest(fields.get('code') ?? '');
  const code = world.state.codes[key];
  // A code works once, whatever the outcome.
  Reflect.deleteProperty(world.state.codes, key);
  if (code === undefined || code.expiresAt <= world.now()) {
    return oauthError(400, 'invalid_request', 'Value passed for the authorization code was invalid.');
  }
  if (code.redirectUri !== fields.get('redirect_uri')) {
    const description = 'Value passed for the redirect uri did not match the uri of the authorization code.';
    return oauthError(400, 'invalid_request', description);
  }
  const verifier = fields.get('code_verifier') ?? '';
  const challenge = code.challengeMethod === 'plain' ? verifier : digestOf(verifier);
  if (verifier === '' || !isSameSecret(challenge, code.challenge)) {
    return oauthError(400, 'invalid_request', 'Value passed for the code verifier did not match the code challenge.');
  }
  const grant: Grant = { id: randomUUID(), userId: code.userId, scopes: code.scopes, revoked: false };
  world.state.grants[grant.id] = grant;
  return issueTokens(world, grant);
}

/**
 * Rotates tokens: each refresh issues a new pair and invalidates the old one; reusing a spent refresh token revokes the
 * family.
 */
function refresh(world: World, fields: ReadonlyMap<string, string>): Reply {
  const stored = world.state.tokens[digest(fields.get('refresh_token') ?? '')];
  const grant = world.state.grants[stored?.grantId ?? ''];
  const invalid = oauthError(400, 'invalid_request', 'Value passed for the token was invalid.');
  if (stored?.kind !== 'refresh' || grant === undefined || grant.revoked) return invalid;
  if (stored.spent) {
    revokeGrant(world, grant.id);
    return invalid;
  }
  if (stored.expiresAt <= world.now()) return invalid;
  stored.spent = true;
  forget(world, (token) => token.grantId === grant.id && token.kind === 'access');
  return issueTokens(world, grant);
}

function issueTokens(world: World, grant: Grant): Reply {
  const now = world.now();
  forget(world, (token) => token.expiresAt <= now);
  const { accessTokenSeconds, refreshTokenSeconds } = world.state.settings;
  const give = (kind: 'access' | 'refresh', seconds: number) => {
    const value = secret();
    world.state.tokens[digest(value)] = { kind, grantId: grant.id, expiresAt: now + seconds * 1000, spent: false };
    return value;
  };
  return json(200, {
    token_type: 'bearer',
    expires_in: accessTokenSeconds,
    access_token: give('access', accessTokenSeconds),
    scope: grant.scopes.join(' '),
    ...(grant.scopes.includes('offline.access') && { refresh_token: give('refresh', refreshTokenSeconds) }),
  });
}

function revokeGrant(world: World, grantId: string): void {
  const grant = world.state.grants[grantId];
  if (grant) grant.revoked = true;
  forget(world, (token) => token.grantId === grantId);
}

function forget(world: World, gone: (token: World['state']['tokens'][string]) => boolean): void {
  for (const [key, token] of Object.entries(world.state.tokens)) {
    if (gone(token)) Reflect.deleteProperty(world.state.tokens, key);
  }
}

function parameters(incoming: Incoming): ReadonlyMap<string, string> {
  const fields = parseParameters(incoming);
  if (fields) return fields;
  throw new Refusal(oauthError(400, 'invalid_request', 'The body must be a form or a JSON object of strings.'));
}

function parseParameters(incoming: Incoming): Map<string, string> | undefined {
  const text = (incoming.body ?? '').toString('utf8');
  const type = mediaTypeOf(incoming.headers);
  if (type === 'application/x-www-form-urlencoded') return new Map(new URLSearchParams(text));
  if (type !== 'application/json') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    return new Map(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  } catch {
    return undefined;
  }
}

/** Checks HTTP Basic with URI-encoded parts (RFC 6749, section 2.3.1), or the credentials in the body. */
function authenticateClient(world: World, headers: IncomingHttpHeaders, fields: ReadonlyMap<string, string>): void {
  const basic = /^Basic ([\w+/=-]+)$/i.exec(headers.authorization ?? '')?.[1];
  const [id, ...rest] = Buffer.from(basic ?? '', 'base64')
    .toString('utf8')
    .split(':');
  const given =
    basic === undefined
      ? { id: fields.get('client_id') ?? '', secret: fields.get('client_secret') ?? '' }
      : { id: decoded(id ?? ''), secret: decoded(rest.join(':')) };
  const { clientId, clientSecret } = world.state.settings;
  if (isSameSecret(given.id, clientId) && isSameSecret(given.secret, clientSecret)) return;
  throw new Refusal(oauthError(401, 'unauthorized_client', 'Missing valid authorization header'));
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function secret(): string {
  return randomBytes(48).toString('base64url');
}

function digest(value: string): string {
  return digestOf(value, 'hex');
}
