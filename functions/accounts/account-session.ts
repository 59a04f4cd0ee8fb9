import { accessTokenOf } from './access-token.ts';
import { noteFailure } from './account-health.ts';
import type { Deps } from './deps.ts';
import type { Account } from './domain/account.ts';
import { XError } from './domain/x-failure.ts';
import type { Author } from '../../shared/actor.ts';
import type { XReply } from './x/port.ts';

/** X's endpoints, as its limits tell them apart. */
type Endpoint =
  | ('me' | 'create_post' | 'timeline' | 'lookup')
  | ('media_upload' | 'media_status' | 'media_metadata' | 'media_subtitles');

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
        await noteFailure(deps, account, endpoint, failure, author);
        throw error;
      }
    },
  };
};
