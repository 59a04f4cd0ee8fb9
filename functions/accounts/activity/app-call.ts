import type { Deps } from '../deps.ts';
import { openCircuit } from '../domain/app-state.ts';
import { XError } from '../domain/x-failure.ts';
import type { XReply } from '../x/port.ts';

/** X's endpoints that are called as the app. */
type Endpoint = 'webhooks' | 'replay' | 'list_subscriptions' | 'subscribe' | 'unsubscribe';

/** Owner of the app's limits in the ledger, which belong to no workspace. */
const app = ['APP#X', 'app'] as const;

/**
 * Calls X as the app itself, unless a known limit or an open circuit forbids the call.
 * @throws XError what X answered
 */
export const appCall = async <Value>(
  { limits, app: state, now }: Pick<Deps, 'limits' | 'app' | 'now'>,
  endpoint: Endpoint,
  make: () => Promise<XReply<Value>>,
): Promise<Value> => {
  const [scarce, standing] = await Promise.all([limits.find(...app, endpoint), state.read()]);
  const circuit = openCircuit(standing, endpoint === 'list_subscriptions', now());
  if (circuit) throw new XError({ kind: 'circuit_open', cause: circuit.kind, until: circuit.until });
  if (scarce?.remaining === 0) throw new XError({ kind: 'rate_limited', resetAt: scarce.resetAt });
  try {
    const { value, scarce: left } = await make();
    if (left !== null) await limits.save(...app, endpoint, left);
    return value;
  } catch (error) {
    if (error instanceof XError && error.failure.kind === 'rate_limited' && error.failure.resetAt !== null) {
      await limits.save(...app, endpoint, { remaining: 0, resetAt: error.failure.resetAt });
    }
    throw error;
  }
};
