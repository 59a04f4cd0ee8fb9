import type { Author } from '#shared/actor.ts';
import { retryOnLostUpdate } from '#shared/entities.ts';
import type { Deps } from '../deps.ts';
import { type Account, withHealth } from '../domain/account.ts';
import { type Finding, findingOf, findingShownBy, sparesHealth } from '../domain/health.ts';
import type { XFailure } from '../domain/x-failure.ts';

type HealthDeps = Pick<Deps, 'accounts' | 'now'>;

/**
 * Records a finding on the account's health, unless it is already known or the account was reconnected since: it
 * concerns the earlier consent.
 */
export const noteFinding = async (
  { accounts, now }: HealthDeps,
  { workspaceId, id, connectionCount }: Account,
  found: Finding,
  author: Author,
): Promise<void> =>
  retryOnLostUpdate(async () => {
    const account = await accounts.get(workspaceId, id);
    if (account.connectionCount !== connectionCount) return;
    const changed = withHealth(account, found, now());
    if (changed !== account && account.status !== 'disconnected') await accounts.save(changed, author);
  });

/** Records what a failed call to X shows of the account. Unanswered calls are counted until X accepts one. */
export const noteFailure = async (
  deps: HealthDeps,
  account: Account,
  endpoint: string,
  failure: XFailure,
  author: Author,
): Promise<void> => {
  const isSilent = failure.kind === 'unknown_outcome' && !sparesHealth(endpoint);
  const failuresInARow = isSilent ? await deps.accounts.countFailure(account.workspaceId, account.id) : 0;
  const found = findingShownBy(failure, { endpoint, failuresInARow, now: deps.now() });
  if (found) await noteFinding(deps, account, found, author);
};

/** Records that X accepted the account's post, which ends any trouble. Writes nothing if there was none. */
export const noteAcceptance = async (deps: HealthDeps, account: Account, author: Author): Promise<void> => {
  if (account.health === 'healthy' && account.failuresInARow === 0) return;
  await noteFinding(deps, account, findingOf('healthy'), author);
};
