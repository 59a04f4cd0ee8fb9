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

/** The answer waits no longer than this for the bus. */
const patienceMs = 1_000;

/** More people and operations than this within one container's minute are a flood, and counting starts again. */
const maxCounted = 1_000;

/**
 * Publishes what was refused to whom. There is no write that the stream could publish it from, so this is the one
 * place that publishes directly, and best effort: a failure is a metric and no more. In each minute the first refusal
 * of a person and operation is published, then the 10th, the 100th ...; the rest is counted in the next published one.
 */
export const deniedReporter = ({ context, bus, observability }: Telling) => {
  const { logger, metrics } = observability;
  const counters = new Map<string, { minute: number; seen: number; untold: number }>();

  /** How many refusals are to be published now; 0: this one is published with a later one. */
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

/** The id in the path, where it is one of ours. */
const triedOn = ({ pathParameters }: APIGatewayProxyEventV2): string | undefined =>
  Object.values(pathParameters ?? {}).find((value) => /^[a-z]{3}_[0-9A-Z]{26}$/.test(value ?? ''));
