import { setTimeout as sleep } from 'node:timers/promises';
import { loggable, type Observability } from '../observability.ts';

/** The longest that a function waits at its start, in milliseconds. */
const patienceMs = 2_000;

/**
 * Makes the first call of a service while the function initialises, on a whole core: credentials, endpoint, signing
 * and TLS are ready when a request comes (docs/decisions/0023-memory-and-cold-starts.md). A call that fails here stops
 * nothing: the request that needs it repeats it, and reports what is wrong.
 */
export const connected = async (
  call: () => Promise<unknown>,
  { logger }: Pick<Observability, 'logger'>,
): Promise<void> => {
  try {
    await Promise.race([call(), sleep(patienceMs, undefined, { ref: false })]);
  } catch (error) {
    logger.warn('no connection at the start', { error: loggable(error) });
  }
};
