import type { Author } from '#shared/actor.ts';
import { instantAfter } from '#shared/time.ts';
import type { Deps } from '../deps.ts';
import type { Account } from '../domain/account.ts';
import { type AppState, type AppWideKind, isAppWide, openCircuit } from '../domain/app-state.ts';
import type { ScarceLimit } from '../domain/x-failure.ts';
import { XError, type XFailure } from '../domain/x-failure.ts';
import type { StoredTokens } from '../store/tokens.ts';
import type { XReply } from '../x/port.ts';
import { accessTokenOf } from './access-token.ts';
import { noteFailure } from './record-health.ts';

/** X's endpoints, as far as they have separate limits. */
type Endpoint =
  | 'me'
  | 'create_post'
  | 'delete_post'
  | 'repost'
  | 'timeline'
  | 'lookup'
  | 'media_upload'
  | 'media_status'
  | 'media_metadata'
  | 'media_subtitles'
  | 'subscribe';

const reads: readonly Endpoint[] = ['me', 'timeline', 'lookup'];

/** Calls to X as one account, within one invocation. */
export interface AccountSession {
  /**
   * Makes a call with a valid token. It is not tried when a known limit or an open circuit forbids it; after a refused
   * token it is repeated once with a new one.
   * @throws XError what X answered; recorded in the account's health where it matters
   */
  call<Value>(endpoint: Endpoint, make: (accessToken: string) => Promise<XReply<Value>>): Promise<Value>;
}

/** What is read before a call. */
export interface CallState {
  endpoint: Endpoint;
  /** Rest of the endpoint's limit; undefined: not scarce. */
  scarce: ScarceLimit | undefined;
  app: AppState;
  tokens: StoredTokens | undefined;
}

/** Reads what a call needs: in one request with whatever else is read at the same time. */
export const readCallState = async (
  { limits, app, tokens }: Pick<Deps, 'limits' | 'app' | 'tokens'>,
  { workspaceId, id }: Pick<Account, 'workspaceId' | 'id'>,
  endpoint: Endpoint,
): Promise<CallState> => {
  const [scarce, state, stored] = await Promise.all([
    limits.find(workspaceId, id, endpoint),
    app.read(),
    tokens.find(workspaceId, id),
  ]);
  return { endpoint, scarce, app: state, tokens: stored };
};

interface SessionOptions {
  /** Its work can wait, so it leaves the rest of a scarce limit to work that cannot. */
  yields?: boolean;
  /** Read just now, for the first call. */
  state?: CallState | undefined;
}

export const openSession = (
  deps: Deps,
  account: Account,
  author: Author,
  { yields: isLowPriority = false, state }: SessionOptions = {},
): AccountSession => {
  const { workspaceId, id } = account;
  const asked = new Set<Endpoint>();
  let token: string | undefined;

  /** Returns the stored tokens, if it had to read. @throws XError if a known limit or an open circuit forbids the call */
  const assertAllowed = async (endpoint: Endpoint): Promise<StoredTokens | undefined> => {
    if (asked.has(endpoint)) return undefined;
    const known = state?.endpoint === endpoint ? state : await readCallState(deps, account, endpoint);
    const { scarce, app, tokens } = known;
    const circuit = openCircuit(app, reads.includes(endpoint), deps.now());
    if (circuit) throw new XError({ kind: 'circuit_open', cause: circuit.kind, until: circuit.until });
    if (scarce?.remaining === 0) throw new XError({ kind: 'rate_limited', resetAt: scarce.resetAt });
    if (scarce && isLowPriority) throw new XError({ kind: 'yielded', resetAt: scarce.resetAt });
    asked.add(endpoint);
    return tokens;
  };

  const withToken = async <Value>(
    make: (accessToken: string) => Promise<XReply<Value>>,
    read: StoredTokens | undefined,
  ): Promise<XReply<Value>> => {
    token ??= await accessTokenOf(deps, account, { read });
    try {
      return await make(token);
    } catch (error) {
      if (!(error instanceof XError) || error.failure.kind !== 'unauthorized') throw error;
      token = await accessTokenOf(deps, account, { refused: token });
      return make(token);
    }
  };

  const learn = async (endpoint: Endpoint, failure: XFailure): Promise<void> => {
    if (failure.kind === 'rate_limited' && failure.resetAt !== null) {
      await deps.limits.save(workspaceId, id, endpoint, { remaining: 0, resetAt: failure.resetAt });
    }
    if (isAppWide(failure)) await stopApp(deps, endpoint, failure.kind);
    await noteFailure(deps, account, endpoint, failure, author);
  };

  return {
    async call(endpoint, make) {
      try {
        const tokens = await assertAllowed(endpoint);
        const { value, scarce } = await withToken(make, tokens);
        if (scarce !== null) await deps.limits.save(workspaceId, id, endpoint, scarce);
        return value;
      } catch (error) {
        if (error instanceof XError) await learn(endpoint, error.failure);
        throw error;
      }
    },
  };
};

/** Stops all calls of the app for a while after a failure that affects all of it, and raises an alarm. */
const stopApp = async (deps: Deps, endpoint: Endpoint, kind: AppWideKind): Promise<void> => {
  const scope = kind === 'usage_capped' && reads.includes(endpoint) ? 'reads' : 'all';
  await deps.app.breakCircuit(scope, kind, instantAfter(deps.now(), deps.pace.appPauseMs));
  deps.alarm(kind);
};
