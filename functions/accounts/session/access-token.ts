import * as z from 'zod';
import { instantAfter } from '#shared/time.ts';
import type { Deps } from '../deps.ts';
import type { Account } from '../domain/account.ts';
import type { Pace } from '../domain/pace.ts';
import { XError } from '../domain/x-failure.ts';
import type { Purpose } from '../ports/vault.ts';
import type { StoredTokens, TokenStore } from '../store/tokens.ts';
import type { XTokens } from '../x/port.ts';

/** A token that expires sooner than this is refreshed first. In milliseconds. */
const freshMs = 5 * 60_000;

/** A refresh makes at most two calls; a process that holds the lock longer has died. In milliseconds. */
const lockMsOf = ({ callMs }: Pace): number => 2 * callMs + 5_000;

/** How long a caller waits for the new pair while another holds the lock, and how often it checks. In milliseconds. */
const patienceOf = ({ callMs }: Pace) => ({ totalMs: 2 * callMs, everyMs: 150 });

const Pair = z.object({ accessToken: z.string(), refreshToken: z.string() });
type Pair = z.infer<typeof Pair>;

type TokenDeps = Pick<Deps, 'vault' | 'x' | 'now' | 'pace' | 'sleep'> & { tokens: Pick<TokenStore, 'find' | 'save'> };
type Owner = Pick<Account, 'workspaceId' | 'id'>;

const purposeOf = ({ workspaceId, id }: Owner): Purpose => ({ workspaceId, subject: id, purpose: 'tokens' });

/** Encrypts a pair of tokens for its account, as stored. */
export const sealTokens = ({ vault }: Pick<Deps, 'vault'>, owner: Owner, pair: Pair): Promise<string> =>
  vault.seal(JSON.stringify(pair), purposeOf(owner));

/** Returns a pair of tokens in its stored form. */
export const sealedTokens = async (
  deps: Pick<Deps, 'vault' | 'now'>,
  owner: Owner,
  { accessToken, refreshToken, expiresInSeconds }: XTokens,
): Promise<Omit<StoredTokens, 'version'>> => ({
  workspaceId: owner.workspaceId,
  accountId: owner.id,
  sealed: await sealTokens(deps, owner, { accessToken, refreshToken }),
  expiresAt: instantAfter(deps.now(), expiresInSeconds * 1000),
  refreshingUntil: null,
});

export const openTokens = async (
  { vault }: Pick<Deps, 'vault'>,
  owner: Owner,
  { sealed }: StoredTokens,
): Promise<Pair> => Pair.parse(JSON.parse(await vault.open(sealed, purposeOf(owner))));

/**
 * Returns an access token of the account that is valid for at least five minutes, refreshed if needed. Only one caller
 * refreshes at a time, because X's refresh tokens work once; the others wait for the new pair.
 * @param refused a token that X has just refused; any other is accepted
 * @param read the stored pair, if it was just read with other items
 * @throws XError `unauthorized` when the account has to be reconnected, or whatever else X answered
 */
export const accessTokenOf = async (
  deps: TokenDeps,
  owner: Owner,
  { refused, read }: { refused?: string | undefined; read?: StoredTokens | undefined } = {},
): Promise<string> => {
  const patience = patienceOf(deps.pace);
  for (let waitedMs = 0; waitedMs <= patience.totalMs; waitedMs += patience.everyMs) {
    const stored = (waitedMs === 0 ? read : undefined) ?? (await deps.tokens.find(owner.workspaceId, owner.id));
    if (!stored) throw new XError({ kind: 'unauthorized' });
    const pair = await openTokens(deps, owner, stored);
    const isFresh = Date.parse(stored.expiresAt) - deps.now().getTime() >= freshMs;
    if (isFresh && pair.accessToken !== refused) return pair.accessToken;
    if (stored.refusedAt !== undefined) throw new XError({ kind: 'unauthorized' });
    const isLocked = stored.refreshingUntil !== null && Date.parse(stored.refreshingUntil) > deps.now().getTime();
    const refreshed = isLocked ? undefined : await refresh(deps, owner, stored, pair);
    if (refreshed !== undefined) return refreshed;
    await deps.sleep(patience.everyMs);
  }
  // The holder of the lock got no answer from X either.
  throw new XError({ kind: 'unknown_outcome' });
};

/** Refreshes under the lock; returns the new access token, or undefined if another process holds the lock. */
const refresh = async (
  deps: TokenDeps,
  owner: Owner,
  stored: StoredTokens,
  pair: Pair,
): Promise<string | undefined> => {
  const locked = await deps.tokens.save({ ...stored, refreshingUntil: instantAfter(deps.now(), lockMsOf(deps.pace)) });
  if (!locked) return undefined;
  let tokens: XTokens;
  try {
    tokens = await refreshAtX(deps, pair.refreshToken);
  } catch (error) {
    if (!(error instanceof XError)) throw error;
    const isFinal = error.failure.kind === 'invalid';
    if (isFinal && (await wasReplaced(deps, owner, locked))) return undefined;
    await deps.tokens.save({
      ...locked,
      refreshingUntil: null,
      // Callers waiting for the lock read it here, since X would give them the same answer.
      ...(isFinal && { refusedAt: deps.now().toISOString() }),
    });
    // X gives the same answer for a used, expired or revoked refresh token (RFC 6749, section 5.2).
    throw isFinal ? new XError({ kind: 'unauthorized' }) : error;
  }
  // Stored before it is used: a pair known only to this process would be lost with it.
  const saved = await deps.tokens.save({ ...(await sealedTokens(deps, owner, tokens)), version: locked.version });
  return saved && tokens.accessToken;
};

/** Without an answer it is unknown whether the token was used up, so it is tried once more and X's answer decides. */
const refreshAtX = async ({ x }: TokenDeps, refreshToken: string): Promise<XTokens> => {
  try {
    return await x.refresh(refreshToken);
  } catch (error) {
    if (error instanceof XError && error.failure.kind === 'unknown_outcome') return x.refresh(refreshToken);
    throw error;
  }
};

/** Whether another pair was stored since the lock was taken; X's refusal then applies to the old one. */
const wasReplaced = async ({ tokens }: TokenDeps, { workspaceId, id }: Owner, locked: StoredTokens): Promise<boolean> =>
  (await tokens.find(workspaceId, id))?.version !== locked.version;
