import { isDeepStrictEqual } from 'node:util';
import type { Author } from '#shared/actor.ts';
import { retryOnLostUpdate } from '#shared/entities.ts';
import { DomainError } from '#shared/errors.ts';
import { shards } from '#shared/shards.ts';
import { instantAfter } from '#shared/time.ts';
import type { Deps } from '../deps.ts';
import { type Account, withProfile, type XUser } from '../domain/account.ts';
import { ailmentOf, type Health, notConnected } from '../domain/health.ts';
import { XError } from '../domain/x-failure.ts';
import { openSession } from '../session/account-session.ts';
import { billReads } from '../usage/meter.ts';

/** Maximum number of accounts per shard that one run of `refresh-accounts` probes; the next run takes the rest. */
const maxPerShard = 100;

/** A shard's due accounts, and the next shard; null after the last. */
export interface DueProbes {
  accounts: { workspaceId: string; accountId: string }[];
  next: number | null;
}

/** Returns the connected accounts of a shard whose last probe at X is older than the stage's interval. */
export const dueProbes = async ({ accounts, now, probeEveryMs }: Deps, shard: number): Promise<DueProbes> => ({
  accounts: await accounts.dueProbes(shard, instantAfter(now(), -probeEveryMs), maxPerShard),
  next: shard + 1 < shards.length ? shard + 1 : null,
});

/** Result of a probe: the account's health (`told`), not connected (`skip`), or no usable answer from X (`untold`). */
export type ProbeOutcome = { outcome: 'told'; health: Health } | { outcome: 'skip' | 'untold' };

/**
 * Asks X about an account as the account itself (GET /2/users/me), and stores its changed profile, capabilities and
 * health. `probedAt` is written first, so that an account for which X fails is not due again before the next interval.
 */
export const probe = async (
  deps: Deps,
  { workspaceId, accountId }: { workspaceId: string; accountId: string },
  author: Author,
  { yields = false }: { yields?: boolean } = {},
): Promise<ProbeOutcome> => {
  const account = await deps.accounts.beginProbe(workspaceId, accountId);
  if (!account) return { outcome: 'skip' };
  let user: XUser;
  try {
    const session = openSession(deps, account, author, { yields });
    user = await session.call('me', async (token) => ({ value: await deps.x.me(token), scarce: null }));
    await billReads(deps, { workspaceId, accountId, campaignId: null, postId: null }, 'user_read', [user.id]);
  } catch (error) {
    if (!(error instanceof XError)) throw error;
    const health = ailmentOf(error.failure);
    return health ? { outcome: 'told', health } : { outcome: 'untold' };
  }
  return { outcome: 'told', health: await keepProfile(deps, account, user, author) };
};

const keepProfile = async (
  { accounts, now }: Deps,
  { workspaceId, id }: Account,
  user: XUser,
  author: Author,
): Promise<Health> =>
  retryOnLostUpdate(async () => {
    const account = await accounts.get(workspaceId, id);
    if (account.status === 'disconnected') return account.health;
    const told = withProfile(account, user, now());
    if (isDeepStrictEqual(told, account)) return account.health;
    return (await accounts.save(told, author)).health;
  });

/**
 * Probes an account immediately, for a person who has just fixed something.
 * @throws DomainError `account_disconnected`, or `x_unavailable` when X gave no answer about the account
 */
export const probeNow = async (
  deps: Deps,
  workspaceId: string,
  accountId: string,
  author: Author,
): Promise<Account> => {
  await deps.accounts.get(workspaceId, accountId);
  const { outcome } = await probe(deps, { workspaceId, accountId }, author);
  if (outcome === 'skip') {
    throw new DomainError('conflict', 'account_disconnected', notConnected);
  }
  if (outcome === 'untold') {
    throw new DomainError('unavailable', 'x_unavailable', 'X cannot be reached at the moment. Retry later.');
  }
  return deps.accounts.get(workspaceId, accountId);
};
