import { loggable } from '#shared/observability.ts';
import type { Deps } from '../deps.ts';
import { openTokens, sealTokens } from '../session/access-token.ts';
import type { StoredTokens } from '../store/tokens.ts';

/** Tokens per step; each takes two writes to an index and one to the table. */
const pageSize = 100;

export interface Reencryption {
  /** How many were re-encrypted. */
  resealed: number;
  /** How many could not be decrypted, because their key is gone or they were changed. */
  failed: number;
  /** Where the next step starts; null after the last. */
  next: string | null;
}

type ReencryptDeps = Pick<Deps, 'tokens' | 'vault' | 'now' | 'log'>;

/**
 * Re-encrypts tokens that are under an older key of the vault, a page at a time. Each write is conditional on no other
 * write since the read, and tokens being refreshed are skipped, so that a new pair from X is never overwritten; the
 * refresh encrypts it with the current key anyway.
 * @param from where to start: `next` of the previous step, null at first
 */
export const reencrypt = async (deps: ReencryptDeps, from: string | null): Promise<Reencryption> => {
  const older = await deps.vault.olderVersions();
  const [fromVersion = '', after = null] = from?.split(' ') ?? [];
  const version = older.find((each) => each >= fromVersion);
  if (version === undefined) return { resealed: 0, failed: 0, next: null };
  const page = await deps.tokens.underKey(version, version === fromVersion ? after : null, pageSize);
  const ends = [];
  for (const stored of page.tokens) ends.push(await reseal(deps, stored));
  const following = older.find((each) => each > version);
  return {
    resealed: ends.filter((end) => end === 'resealed').length,
    failed: ends.filter((end) => end === 'failed').length,
    next: page.next === null ? (following ?? null) : `${version} ${page.next}`,
  };
};

const reseal = async (deps: ReencryptDeps, stored: StoredTokens): Promise<'resealed' | 'failed' | 'left'> => {
  const { refreshingUntil } = stored;
  // A running refresh depends on the version: a write now would lose the pair, which X issues only once.
  if (refreshingUntil !== null && Date.parse(refreshingUntil) > deps.now().getTime()) return 'left';
  const owner = { workspaceId: stored.workspaceId, id: stored.accountId };
  try {
    const sealed = await sealTokens(deps, owner, await openTokens(deps, owner, stored));
    return (await deps.tokens.save({ ...stored, sealed })) ? 'resealed' : 'left';
  } catch (error) {
    deps.log.warn('tokens could not be re-encrypted', { accountId: stored.accountId, error: loggable(error) });
    return 'failed';
  }
};
