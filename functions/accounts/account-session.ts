import { accessTokenOf } from './access-token.ts';
import type { Deps } from './deps.ts';
import { withHealth, type Account, type Health } from './domain/account.ts';
import { healthShownBy } from './domain/obstacle.ts';
import { XError } from './domain/x-failure.ts';
import type { Author } from '../../shared/actor.ts';
import { DomainError } from '../../shared/errors.ts';
import type { XReply } from './x/port.ts';

/** X's endpoints, as its limits tell them apart. */
type Endpoint = 'create_post' | 'timeline' | 'lookup' | 'media_upload' | 'media_status' | 'media_metadata';

/** Calls of X as one account, within one invocation. */
export interface AccountSession {
  /**
   * Makes a call with a token that holds. A limit that is known to be used up is not tried; a refused token is replaced
   * and the call made once more.
   * @throws XError what X answered; the account's health is written when it tells of it
   */
  call<Value>(endpoint: Endpoint, make: (accessToken: string) => Promise<XReply<Value>>): Promise<Value>;
}

export const openSession = (deps: Deps, account: Account, author: Author): AccountSession => {
  const { workspaceId, id } = account;
  const asked = new Set<Endpoint>();
  let token: string | undefined;

  const assertAllowed = async (endpoint: Endpoint): Promise<void> => {
    if (asked.has(endpoint)) return;
    const until = await deps.limits.find(workspaceId, id, endpoint);
    if (until !== undefined) throw new XError({ kind: 'rate_limited', resetAt: until });
    asked.add(endpoint);
  };

  const withToken = async <Value>(make: (accessToken: string) => Promise<XReply<Value>>): Promise<XReply<Value>> => {
    token ??= await accessTokenOf(deps, account);
    try {
      return await make(token);
    } catch (error) {
      if (!(error instanceof XError) || error.failure.kind !== 'unauthorized') throw error;
      token = await accessTokenOf(deps, account, token);
      return make(token);
    }
  };

  return {
    async call(endpoint, make) {
      try {
        await assertAllowed(endpoint);
        const { value, exhaustedUntil } = await withToken(make);
        if (exhaustedUntil !== null) await deps.limits.save(workspaceId, id, endpoint, exhaustedUntil);
        return value;
      } catch (error) {
        if (!(error instanceof XError)) throw error;
        const { failure } = error;
        if (failure.kind === 'rate_limited' && failure.resetAt !== null) {
          await deps.limits.save(workspaceId, id, endpoint, failure.resetAt);
        }
        const health = healthShownBy(failure);
        if (health) await noteHealth(deps, account, health, author);
        throw error;
      }
    },
  };
};

/** Two writers of one account at once is rare, three at once is a fault. */
const mostTries = 3;

/** Writes what X showed of the account's health. */
export const noteHealth = async (deps: Deps, { workspaceId, id }: Account, health: Health, author: Author) => {
  for (let tries = 1; ; tries += 1) {
    const account = await deps.accounts.get(workspaceId, id);
    const changed = withHealth(account, health);
    if (changed === account || account.status === 'disconnected') return;
    try {
      await deps.accounts.save(changed, author);
      return;
    } catch (error) {
      if (tries >= mostTries || !(error instanceof DomainError)) throw error;
    }
  }
};
