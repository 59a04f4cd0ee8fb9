import { vi } from 'vitest';
import * as z from 'zod';
import type { DomainEvent } from '#shared/events/event.ts';
import { busEntry } from '#shared/events/publish.ts';
import type { Operation } from '#shared/http/operation.ts';
import { createHandler, type HandlerParts } from '#shared/lambda/handler.ts';
import type { EventsFor } from '#shared/lambda/stream.ts';
import type { Clock } from '#shared/time.ts';
import { httpEvent, lambdaContext, owner } from './http-event.ts';
import type { MemoryTable } from './memory/table.ts';

export type Sent = NonNullable<Parameters<typeof httpEvent>[1]>;

const Answer = z.object({
  statusCode: z.int(),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.string().optional(),
});
const Batch = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })) });

/** The author of what no request does. */
export const person = { actor: { type: 'person' as const, id: owner.personId }, correlationId: 'correlation-1' };

/** A clock that a test moves. */
export interface TestClock {
  now: Clock;
  set(instant: string | Date): void;
  pass(milliseconds: number): void;
}

/** A clock that stands still until a test moves it. */
export const clockAt = (start: string | Date): TestClock => {
  let now = new Date(start);
  return {
    now: () => now,
    set: (instant: string | Date) => {
      now = new Date(instant);
    },
    pass: (milliseconds: number) => {
      now = new Date(now.getTime() + milliseconds);
    },
  };
};

/** A record of a context's inbox, as the bus delivers an event: validated, through JSON, and deterministic. */
export const inboxRecord = (event: DomainEvent) => {
  const { entityId, entityVersion } = event.detail;
  const { source, type, detail } = busEntry(event, `${event.definition.type}/${entityId}/${entityVersion}`, 0);
  const body = JSON.stringify({ source, 'detail-type': type, detail: JSON.parse(detail) as unknown });
  const eventSourceARN = 'arn:aws:sqs:us-east-1:000000000000:inbox';
  return { messageId: `${type}/${entityId}/${entityVersion}`, eventSource: 'aws:sqs', eventSourceARN, body };
};

/** Makes the function of a context without logs and metrics, which the tests of `shared/lambda` cover. */
export const quietHandler = (parts: HandlerParts): ReturnType<typeof createHandler> => {
  const { POWERTOOLS_LOG_LEVEL: level, POWERTOOLS_METRICS_DISABLED: metrics } = process.env;
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'true');
  const handler = createHandler(parts);
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', level);
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', metrics);
  return handler;
};

/**
 * A context as Lambda invokes it, with its stores on an in-memory table. Each context's own `harness` extends this.
 */
export const contextHarness = <Deps extends MemoryTable>(
  deps: Deps,
  clock: TestClock,
  eventsFor: EventsFor,
  parts: Pick<HandlerParts, 'context' | 'routes'> & Partial<HandlerParts>,
) => {
  const { table, items, changes } = deps;
  const { context } = parts;
  let runs = 0;
  const handler = quietHandler(parts);
  const wake = (event: object): Promise<unknown> => handler(event, lambdaContext);

  const call = async (operation: Operation, sent: Sent = {}) => {
    const event = httpEvent(operation, { as: owner, ...sent });
    const { statusCode: status, headers, body: raw = '' } = Answer.parse(await wake(event));
    const isJson = headers['content-type']?.includes('json') ?? false;
    const body: unknown = isJson && raw !== '' ? JSON.parse(raw) : raw;
    return { status, headers, raw, body };
  };
  /** Delivers an event through the inbox. @throws Error when the context fails to handle it */
  const deliver = async (event: DomainEvent): Promise<void> => {
    const { batchItemFailures } = Batch.parse(await wake({ Records: [inboxRecord(event)] }));
    if (batchItemFailures.length > 0) throw new Error(`${context} did not take ${event.definition.type}`);
  };
  const events = (): DomainEvent[] => changes.flatMap(eventsFor);

  return {
    /** The context's dependencies: its stores on `table`, and fakes of its ports. */
    deps,
    table,
    items,
    /** The writes of the table, as in its stream, oldest first. */
    changes,
    clock,
    /** Invokes the function with a raw Lambda event. */
    wake,
    /** Calls an operation, as the workspace's owner by default. */
    call,
    /** Calls an operation like `call`, and parses the body of its answer. */
    ask: async <Reply extends z.ZodType>(operation: Operation, reply: Reply, sent: Sent = {}) => {
      const { status, headers, raw, body } = await call(operation, sent);
      return { status, etag: headers.etag, raw, body: reply.parse(body === '' ? undefined : body) };
    },
    deliver,
    /** Delivers an event of the owner's workspace, which occurs now by default. */
    happened: (
      definition: DomainEvent['definition'],
      entityId: string,
      entityVersion: number,
      data: object,
      occurredAt = clock.now().toISOString(),
    ) => deliver(anEvent(definition, entityId, entityVersion, data, occurredAt)),
    /** Runs a task as an execution of a workflow does, with its outcome passed through JSON. */
    run: async (task: string, input: object, execution = 'arn:execution-1'): Promise<unknown> => {
      const outcome = await wake({ task, input, execution, correlationId: `correlation of run ${(runs += 1)}` });
      return outcome === undefined ? undefined : JSON.parse(JSON.stringify(outcome));
    },
    /** The events published for the writes so far. */
    events,
    /** The published events, as type and data. */
    told: () => events().map(({ definition, detail }) => [definition.type, detail.data] as const),
  };
};

/** An event of the owner's workspace. */
export const anEvent = (
  definition: DomainEvent['definition'],
  entityId: string,
  entityVersion: number,
  data: object,
  occurredAt: string,
): DomainEvent => ({
  definition,
  detail: {
    schemaVersion: definition.schemaVersion,
    workspaceId: owner.workspaceId,
    entityId,
    entityVersion,
    occurredAt,
    actor: { type: 'system', id: definition.source },
    correlationId: 'correlation-1',
    data,
  },
});

/** A table that answers, for readiness checks. */
export const answering = { get: async () => undefined };
