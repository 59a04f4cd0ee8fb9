import { setTimeout as sleep } from 'node:timers/promises';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { ContextName } from '../contexts.ts';
import { originHeader } from '../http/origin.ts';
import { loggable, type Observability } from '../observability.ts';

/**
 * Makes the first calls during initialisation, when Lambda gives a full core: code is compiled, and credentials,
 * endpoint, signing and TLS are ready for the first request (docs/decisions/0023-memory-and-cold-starts.md). A call
 * that fails, or is not done after `patienceMs`, is only logged: the request that needs it repeats it and reports the
 * error.
 */
export const connected = async (
  call: () => Promise<unknown>,
  { logger }: Pick<Observability, 'logger'>,
  patienceMs = 2_000,
): Promise<void> => {
  // The timer also keeps the process alive, which could otherwise exit while the call is pending.
  const timer = new AbortController();
  try {
    const ended = call().then(() => true);
    const isInTime = await Promise.race([ended, sleep(patienceMs, false, { signal: timer.signal })]);
    if (!isInTime) logger.warn('no connection at the start', { waitedMs: patienceMs });
  } catch (error) {
    logger.warn('no connection at the start', { error: loggable(error) });
  } finally {
    timer.abort();
  }
};

/** Returns the request for a function's own readiness, as API Gateway would send it. */
export const readinessRequest = (context: ContextName, originSecret: string | undefined): APIGatewayProxyEventV2 => {
  const path = `/v1/${context}/ready`;
  return {
    version: '2.0',
    routeKey: `GET ${path}`,
    rawPath: path,
    rawQueryString: '',
    headers: originSecret === undefined ? {} : { [originHeader]: originSecret },
    requestContext: {
      accountId: '',
      apiId: '',
      domainName: '',
      domainPrefix: '',
      http: { method: 'GET', path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: '' },
      requestId: 'start',
      routeKey: `GET ${path}`,
      stage: '$default',
      time: '',
      timeEpoch: 0,
    },
    isBase64Encoded: false,
  };
};
