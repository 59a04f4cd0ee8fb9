import { vi } from 'vitest';
import * as z from 'zod';
import { eventsFor } from '#functions/posts/changes.ts';
import { routes } from '#functions/posts/routes.ts';
import { subscriptions } from '#functions/posts/subscriptions.ts';
import { tasks } from '#functions/posts/tasks.ts';
import type { EventDefinition } from '#shared/events/event.ts';
import type { Operation } from '#shared/http/operation.ts';
import { createHandler } from '#shared/lambda/handler.ts';
import { httpEvent, lambdaContext, owner } from '#test/support/http-event.ts';
import { memoryPosts } from '#test/support/memory/posts.ts';
import { accountId, noon, workspaceId } from './sample.ts';

const Answer = z.object({
  statusCode: z.int(),
  headers: z.record(z.string(), z.string()),
  body: z.string().optional(),
});
const Batch = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })) });

type Sent = NonNullable<Parameters<typeof httpEvent>[1]>;

/** The context as it is woken by Lambda, over stores in memory, with one account connected and a clock to set. */
export const openWorld = async () => {
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'true');
  const clock = { now: noon };
  const memory = memoryPosts(() => clock.now, { bytes: 1_000_000_000, uploads: 5 });
  await memory.accounts.learn(workspaceId, 1, { accountId, isConnected: true, maxWeightedLength: 280 });
  const handler = createHandler({
    context: 'posts',
    routes: routes(memory, { get: async () => undefined }),
    subscriptions: async () => subscriptions(memory),
    tasks: tasks(memory),
  });

  const send = async (operation: Operation, sent: Sent = {}) =>
    Answer.parse(await handler(httpEvent(operation, { as: owner, ...sent }), lambdaContext));

  return {
    memory,
    clock,
    /** The answer to a call as it is, whatever its body. */
    send,
    /** Calls an operation as the workspace's owner, unless somebody else is named. */
    call: async <Reply extends z.ZodType>(operation: Operation, reply: Reply, sent: Sent = {}) => {
      const answer = await send(operation, sent);
      const body = reply.parse(answer.body === undefined ? undefined : JSON.parse(answer.body));
      return { status: answer.statusCode, etag: answer.headers.etag, body };
    },
    /** Delivers an event through the inbox; false when it failed. */
    deliver: async (
      definition: EventDefinition,
      entityId: string,
      entityVersion: number,
      data: object,
      occurredAt = clock.now.toISOString(),
    ) => {
      const detail = {
        id: 'evt_01KATJ9V5H8Q3M4N5P6R7S8T9V',
        schemaVersion: definition.schemaVersion,
        workspaceId,
        entityId,
        entityVersion,
        occurredAt,
        actor: { type: 'system', id: definition.source },
        correlationId: 'correlation-1',
        data,
      };
      const body = JSON.stringify({ source: definition.source, 'detail-type': definition.type, detail });
      const answer = await handler({ Records: [{ messageId: '1', eventSource: 'aws:sqs', body }] }, lambdaContext);
      return Batch.parse(answer).batchItemFailures.length === 0;
    },
    /** Runs a task as an execution of a workflow does. */
    run: async (task: string, execution: string, input: object): Promise<unknown> =>
      handler({ task, execution, correlationId: 'correlation-1', input }, lambdaContext),
    /** Everything the writes so far told the others: type and data. */
    told: () => memory.changes.flatMap(eventsFor).map(({ definition, detail }) => [definition.type, detail.data]),
  };
};

export type World = Awaited<ReturnType<typeof openWorld>>;
