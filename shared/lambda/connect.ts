import { setTimeout as sleep } from 'node:timers/promises';
import { loggable, type Observability } from '../observability.ts';

/**
 * Makes the first call of a service while the function initialises, on a whole core: credentials, endpoint, signing
 * and TLS are ready when a request comes (docs/decisions/0023-memory-and-cold-starts.md). A call that fails here, or has
 * not ended after `patienceMs`, is logged and stops nothing: the request that needs it repeats it, and reports what is
 * wrong.
 */
export const connected = async (
  call: () => Promise<unknown>,
  { logger }: Pick<Observability, 'logger'>,
  patienceMs = 2_000,
): Promise<void> => {
  try {
    const ended = call().then(() => true);
    const isInTime = await Promise.race([ended, sleep(patienceMs, false, { ref: false })]);
    if (!isInTime) logger.warn('no connection at the start', { waitedMs: patienceMs });
  } catch (error) {
    logger.warn('no connection at the start', { error: loggable(error) });
  }
};
