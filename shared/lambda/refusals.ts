import { setTimeout as sleep } from 'node:timers/promises';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { ContextName } from '../contexts.ts';
import { AttemptRefused } from '../events/attempt.ts';
import type { DomainEvent } from '../events/event.ts';
import { type Bus, busEntry } from '../events/publish.ts';
import type { Operation } from '../http/operation.ts';
import type { Caller } from '../http/route.ts';
import { networkOf } from '../network.ts';
import { loggable, MetricUnit, type Observability } from '../observability.ts';

export interface Refusal {
  caller: Caller;
  operation: Operation;
  /** 403 or 429. */
  status: number;
  code: string;
  event: APIGatewayProxyEventV2;
}

interface Telling {
  context: ContextName;
  bus: Bus;
  observability: Observability;
}

/** How long the response waits for the bus. */
const patienceMs = 1_000;

/** More callers and operations than this within a minute of one container are a flood, and counting restarts. */
const maxCounted = 1_000;

/**
 * Publishes refusals to signed-in callers. A refusal writes nothing that the stream could publish, so this is the one
 * place that publishes directly, and on a best-effort basis: a failure only counts as a metric. Per person and
 * operation, the 1st, 10th, 100th ... refusal in a minute is published, with the number of those not published before.
 */
export const deniedReporter = ({ context, bus, observability }: Telling) => {
  const { logger, metrics } = observability;
  const counters = new Map<string, { minute: number; seen: number; untold: number }>();

  /** Returns the number of refusals to publish now; 0: this one is counted in a later event. */
  const toTell = (key: string, minute: number): number => {
    if (counters.size >= maxCounted && !counters.has(key)) counters.clear();
    const before = counters.get(key);
    const seen = before?.minute === minute ? before.seen + 1 : 1;
    const untold = (before?.untold ?? 0) + 1;
    const isTold = Number.isInteger(Math.log10(seen));
    counters.set(key, { minute, seen, untold: isTold ? 0 : untold });
    return isTold ? untold : 0;
  };

  return async (refusal: Refusal): Promise<void> => {
    const { timeEpoch, requestId } = refusal.event.requestContext;
    const minute = Math.floor(timeEpoch / 60_000);
    const attempts = toTell(`${refusal.caller.personId}/${refusal.operation.id}`, minute);
    if (attempts === 0) return;
    const send = async (): Promise<void> =>
      bus.publish([busEntry(attemptRefused(context, refusal, attempts), `${requestId}/refused`, 0)]);
    try {
      const isSent = await Promise.race([send().then(() => true), sleep(patienceMs, false, { ref: false })]);
      if (!isSent) throw new Error('The bus took too long');
    } catch (error) {
      metrics.addMetric('RefusalsNotTold', MetricUnit.Count, attempts);
      logger.warn('refusal not told', { error: loggable(error) });
    }
  };
};

const attemptRefused = (
  context: ContextName,
  { caller, operation, status, code, event }: Refusal,
  attempts: number,
): DomainEvent => {
  const { http, timeEpoch } = event.requestContext;
  return {
    definition: AttemptRefused,
    detail: {
      schemaVersion: AttemptRefused.schemaVersion,
      workspaceId: caller.workspaceId,
      entityId: triedOn(event) ?? operation.id.slice(0, 64),
      entityVersion: 1,
      occurredAt: new Date(timeEpoch).toISOString(),
      actor: caller.actor,
      correlationId: caller.correlationId,
      data: {
        context,
        operation: operation.id,
        status,
        code,
        role: caller.role,
        network: networkOf(http.sourceIp),
        attempts,
      },
    },
  };
};

/** Returns the id in the path, if it is one of ours. */
const triedOn = ({ pathParameters }: APIGatewayProxyEventV2): string | undefined =>
  Object.values(pathParameters ?? {}).find((value) => /^[a-z]{3}_[0-9A-Z]{26}$/.test(value ?? ''));
