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

/** Who does things where no request says it. */
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

/** A record of a context's inbox, as the bus puts an event there: checked, through JSON, and the same each time. */
export const inboxRecord = (event: DomainEvent) => {
  const { entityId, entityVersion } = event.detail;
  const { source, type, detail } = busEntry(event, `${event.definition.type}/${entityId}/${entityVersion}`, 0);
  const body = JSON.stringify({ source, 'detail-type': type, detail: JSON.parse(detail) as unknown });
  const eventSourceARN = 'arn:aws:sqs:us-east-1:000000000000:inbox';
  return { messageId: `${type}/${entityId}/${entityVersion}`, eventSource: 'aws:sqs', eventSourceARN, body };
};

/** Makes the function of a context without its logs and metrics; what they write is the test of `shared/lambda`. */
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
 * A context as Lambda wakes it, over its stores on a table in memory. Each context's own `harness` is this, and what its
 * tests need besides.
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
  /** Delivers an event through the inbox. @throws Error when the context did not take it */
  const deliver = async (event: DomainEvent): Promise<void> => {
    const { batchItemFailures } = Batch.parse(await wake({ Records: [inboxRecord(event)] }));
    if (batchItemFailures.length > 0) throw new Error(`${context} did not take ${event.definition.type}`);
  };
  const events = (): DomainEvent[] => changes.flatMap(eventsFor);

  return {
    /** What the context needs: its stores over `table`, fakes of its ports. */
    deps,
    table,
    /** The items of the table. */
    items,
    /** The writes of the table, as its stream tells them, the oldest first. */
    changes,
    clock,
    /** Wakes the function with an event of Lambda's as it is. */
    wake,
    /** Calls an operation, as the workspace's owner unless somebody else is named. */
    call,
    /** Calls an operation in the same way, and reads the body of its answer. */
    ask: async <Reply extends z.ZodType>(operation: Operation, reply: Reply, sent: Sent = {}) => {
      const { status, headers, raw, body } = await call(operation, sent);
      return { status, etag: headers.etag, raw, body: reply.parse(body === '' ? undefined : body) };
    },
    deliver,
    /** Delivers an event of the owner's workspace that occurs now, unless another instant is given. */
    happened: (
      definition: DomainEvent['definition'],
      entityId: string,
      entityVersion: number,
      data: object,
      occurredAt = clock.now().toISOString(),
    ) => deliver(anEvent(definition, entityId, entityVersion, data, occurredAt)),
    /** Runs a task as an execution of a workflow does; its outcome goes through JSON. */
    run: async (task: string, input: object, execution = 'arn:execution-1'): Promise<unknown> => {
      const outcome = await wake({ task, input, execution, correlationId: `correlation of run ${(runs += 1)}` });
      return outcome === undefined ? undefined : JSON.parse(JSON.stringify(outcome));
    },
    /** What the writes so far mean to others. */
    events,
    /** The same, by type and data. */
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

/** Where a context finds whether its table answers, when nobody asks. */
export const answering = { get: async () => undefined };
