import { randomBytes } from 'node:crypto';
import { type Author, systemAuthor } from '#shared/actor.ts';
import { lostUpdate, retryOnLostUpdate } from '#shared/entities.ts';
import { DomainError } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import { loggable } from '#shared/observability.ts';
import { digestOf } from '#shared/secrets.ts';
import { instantAfter } from '#shared/time.ts';
import { probe } from '../account-health/probe.ts';
import type { Deps } from '../deps.ts';
import {
  type Account,
  connect,
  connectedElsewhere,
  connectionElsewhereUnknown,
  reconnect,
  type XUser,
} from '../domain/account.ts';
import { consentSeconds, invalidState, scopes } from '../domain/connection.ts';
import type { Health } from '../domain/health.ts';
import { XError } from '../domain/x-failure.ts';
import type { Purpose } from '../ports/vault.ts';
import { openTokens, sealedTokens } from '../session/access-token.ts';
import type { StoredTokens } from '../store/tokens.ts';
import { billReads } from '../usage/meter.ts';
import type { XTokens } from '../x/port.ts';

interface Person {
  workspaceId: string;
  personId: string;
}

/** Returns 256 random bits in base64url. */
const unguessable = (): string => randomBytes(32).toString('base64url');

const verifierPurpose = (workspaceId: string, stateHash: string): Purpose => ({
  workspaceId,
  subject: stateHash,
  purpose: 'code_verifier',
});

/** Starts a connection (RFC 6749 with PKCE, RFC 7636); returns the URL for the person's browser. */
export const startConnection = async (deps: Deps, { workspaceId, personId }: Person) => {
  const state = unguessable();
  const codeVerifier = unguessable();
  const stateHash = digestOf(state);
  const expiresAt = instantAfter(deps.now(), consentSeconds * 1000);
  const sealedVerifier = await deps.vault.seal(codeVerifier, verifierPurpose(workspaceId, stateHash));
  await deps.connections.begin({ workspaceId, personId, stateHash, sealedVerifier, expiresAt });
  const { redirectUri } = deps;
  const authorizeUrl = await deps.x.authorizeUrl({ state, codeChallenge: digestOf(codeVerifier), redirectUri });
  return { authorizeUrl, state, expiresAt };
};

/**
 * Completes a connection with what X returned, for the person who started it, in the same workspace. The state is used
 * up before X is called, so that it cannot be tried again whatever X answers.
 * @throws DomainError `invalid_connection_state`, `x_refused_code`, `x_account_connected_elsewhere`,
 *   `x_connection_unknown` and others
 */
export const completeConnection = async (
  deps: Deps,
  { workspaceId, personId }: Person,
  { code, state }: { code: string; state: string },
  author: Author,
): Promise<Account> => {
  const stateHash = digestOf(state);
  const connection = await deps.connections.use(workspaceId, personId, stateHash);
  if (!connection) throw invalidState();
  const codeVerifier = await deps.vault.open(connection.sealedVerifier, verifierPurpose(workspaceId, stateHash));
  const { tokens, user } = await consentOf(deps, code, codeVerifier);
  if (!scopes.every((scope) => tokens.scopes.includes(scope))) {
    const said = 'X granted fewer permissions than publishing needs. Start again, and use `authorizeUrl` unchanged.';
    throw new DomainError('unprocessable', 'x_scopes_missing', said);
  }
  return keepAccount(deps, workspaceId, user, tokens, author);
};

/** Exchanges the code for tokens and reads whose they are. The code is valid for 30 seconds and one use. */
const consentOf = async (deps: Deps, code: string, codeVerifier: string): Promise<{ tokens: XTokens; user: XUser }> => {
  try {
    const tokens = await deps.x.exchangeCode({ code, codeVerifier, redirectUri: deps.redirectUri });
    return { tokens, user: await deps.x.me(tokens.accessToken) };
  } catch (error) {
    throw error instanceof XError ? consentRefused(error) : error;
  }
};

const consentRefused = (cause: XError): DomainError => {
  const refuse = (kind: 'unprocessable' | 'unavailable', code: string, message: string) =>
    new DomainError(kind, code, message, { cause });
  switch (cause.failure.kind) {
    case 'invalid':
      return refuse(
        'unprocessable',
        'x_refused_code',
        'X refused the code, which is valid for 30 seconds. Start again.',
      );
    case 'suspended':
      return refuse('unprocessable', 'x_account_suspended', 'X has suspended this account, so it cannot be connected.');
    case 'locked':
      return refuse(
        'unprocessable',
        'x_account_locked',
        'X has locked this account. Unlock it on x.com, then start again.',
      );
    default:
      return refuse('unavailable', 'x_unavailable', 'X cannot connect accounts at the moment. Start again later.');
  }
};

/**
 * Writes the account: the one the workspace already has for this X user, or a new one. Each attempt checks again which
 * workspace has the X user: if two workspaces get a new consent, the first keeps it, since its tokens are valid at X.
 */
const keepAccount = async (
  deps: Deps,
  workspaceId: string,
  user: XUser,
  tokens: XTokens,
  author: Author,
): Promise<Account> => {
  const kept = await retryOnLostUpdate(async () => {
    const known = await deps.accounts.ofXUser(workspaceId, user.id);
    const now = deps.now();
    const account = known ? reconnect(known, user, now) : connect(newId('acc', now), workspaceId, user, now);
    const sealed = await sealedTokens(deps, account, tokens);
    const holder = await deps.accounts.holderOf(user.id);
    const from = holder && holder.workspaceId !== workspaceId ? await lapsed(deps, holder, author) : undefined;
    const connected = await deps.accounts.connect(account, sealed, author, from);
    if (!connected) throw lostUpdate();
    return connected;
  });
  await billReads(deps, { workspaceId, accountId: kept.id, campaignId: null, postId: null }, 'user_read', [user.id]);
  return kept;
};

/** Whether X no longer accepts a connection with that health, or it no longer exists. */
const isOver = (health: Health): boolean => health === 'reconnect_needed' || health === 'disconnected';

/**
 * Returns the account of another workspace that has the X user, once X itself has refused that workspace's tokens,
 * since the recorded health can be outdated. Undefined if it was disconnected or reconnected meanwhile.
 * @throws DomainError `x_account_connected_elsewhere` while X accepts the tokens, `x_connection_unknown` without an
 *   answer from X
 */
const lapsed = async (
  deps: Deps,
  holder: { workspaceId: string; accountId: string },
  { correlationId }: Author,
): Promise<Account | undefined> => {
  const { workspaceId, accountId } = holder;
  const before = await deps.accounts.get(workspaceId, accountId);
  const asked = await probe(deps, holder, systemAuthor('accounts', { correlationId }));
  if (asked.outcome === 'untold') throw connectionElsewhereUnknown();
  if (asked.outcome === 'told' && !isOver(asked.health)) throw connectedElsewhere();
  const account = await deps.accounts.get(workspaceId, accountId);
  // X's answer applies to the connection that was probed; a later one may have valid tokens.
  const isThatOne = account.status === 'connected' && account.connectionCount === before.connectionCount;
  return isThatOne ? account : undefined;
};

/**
 * Disconnects an account: erases its tokens here first, then revokes them at X. If revocation fails, a warning is
 * logged, but nobody holds the token any longer. Disconnecting again has no effect.
 */
export const disconnectAccount = async (
  deps: Deps,
  workspaceId: string,
  accountId: string,
  author: Author,
): Promise<void> => {
  const account = await deps.accounts.get(workspaceId, accountId);
  if (account.status === 'disconnected') return;
  const stored = await deps.tokens.find(workspaceId, accountId);
  if (!(await deps.accounts.disconnect(account, author))) throw lostUpdate();
  if (stored) await revoke(deps, account, stored, author);
};

const revoke = async (deps: Deps, account: Account, stored: StoredTokens, { correlationId }: Author): Promise<void> => {
  try {
    const { accessToken, refreshToken } = await openTokens(deps, account, stored);
    // Refresh token first: it would outlive the access token.
    await deps.x.revoke(refreshToken, 'refresh_token');
    await deps.x.revoke(accessToken, 'access_token');
  } catch (error) {
    deps.log.warn('tokens were erased but not revoked at X', {
      accountId: account.id,
      correlationId,
      failure: error instanceof XError ? error.failure.kind : 'fault',
      error: loggable(error),
    });
  }
};
