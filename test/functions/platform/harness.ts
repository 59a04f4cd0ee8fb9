import * as z from 'zod';
import { PostPublished } from '#events/posts.ts';
import { eventsFor } from '#functions/platform/changes.ts';
import { feedRoutes } from '#functions/platform/feeds/routes.ts';
import { hookRoutes } from '#functions/platform/incoming-hooks/routes.ts';
import { subscriptions } from '#functions/platform/subscriptions.ts';
import { feedTasks, tableTasks, webhookTasks } from '#functions/platform/tasks.ts';
import * as contract from '#functions/platform/webhooks/contract.ts';
import { deliveryRoutes } from '#functions/platform/webhooks/delivery-routes.ts';
import { deliveryJob } from '#functions/platform/webhooks/jobs.ts';
import { webhookRoutes } from '#functions/platform/webhooks/routes.ts';
import { busEntry } from '#shared/events/publish.ts';
import { newId } from '#shared/ids.ts';
import type { Answered, NotAnswered } from '#shared/outbound/outcome.ts';
import { clockAt, contextHarness } from '#test/support/context-harness.ts';
import { owner } from '#test/support/http-event.ts';
import { memoryPlatform } from '#test/support/memory/platform.ts';

export const noon = new Date('2026-11-22T12:00:00.000Z');
export const accountId = 'acc_01KATJ9V5H8Q3M4N5P6R7S8T9V';
export const url = 'https://hooks.example.com/in';

/** A response of an external server. */
export const answered = (status: number, more: Partial<Answered> = {}): Answered => ({
  ...{ outcome: 'answered', status, headers: {}, body: Buffer.from('ok'), isWhole: true, milliseconds: 20 },
  ...more,
});

export const notAnswered = (outcome: NotAnswered['outcome'], reason = 'reason'): NotAnswered => ({
  ...{ outcome, reason, milliseconds: 15_000 },
});

const queue = 'https://sqs.us-east-1.amazonaws.com/000000000000/deliveries';
const Batch = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })) });
const Made = z.object({ webhook: z.object({ id: z.string(), version: z.number() }), secret: z.string() });

export const published = {
  ...{ accountId, campaignId: null, xPostIds: ['1'], costMicros: 15_000, format: null },
  ...{ dueAt: '2026-11-22T11:59:00Z', publishedAt: '2026-11-22T11:59:01Z' },
};

/** The platform context as Lambda invokes it, with a table in memory and a queue that the test drains. */
export const harness = (start: Date | string = noon) => {
  const clock = clockAt(start);
  const deps = memoryPlatform(clock.now);
  const hidden = new Map<string, number>();
  const context = contextHarness(deps, clock, eventsFor, {
    context: 'platform',
    routes: [...webhookRoutes(deps), ...deliveryRoutes(deps), ...hookRoutes(deps), ...feedRoutes(deps)],
    table: deps.table,
    subscriptions: async () => subscriptions(deps),
    jobs: {
      queue,
      work: async () => deliveryJob(deps),
      postpone: async (receipt, seconds) => void hidden.set(receipt, seconds),
    },
    tasks: [...tableTasks(deps.table, { write: async () => undefined }), ...webhookTasks(deps), ...feedTasks(deps)],
  });

  /** Bodies of the messages that the bus has queued so far. */
  const messages = (): string[] =>
    context
      .events()
      .filter(({ definition }) => definition.type === 'webhook.delivery_requested')
      .map((event, index) =>
        JSON.stringify({ detail: JSON.parse(busEntry(event, `record-${index}`, 0).detail) as unknown }),
      );

  /** Passes messages to the function. Returns for each the seconds that it is hidden for, `done` or `failed`. */
  const receive = async (...bodies: readonly string[]): Promise<(number | 'done' | 'failed')[]> => {
    hidden.clear();
    const Records = bodies.map((body, index) => ({
      ...{ messageId: `m${index}`, receiptHandle: `m${index}`, body, eventSource: 'aws:sqs' },
      eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:deliveries',
    }));
    const failed = Batch.parse(await context.wake({ Records })).batchItemFailures.map((each) => each.itemIdentifier);
    return Records.map(({ messageId }) => hidden.get(messageId) ?? (failed.includes(messageId) ? 'failed' : 'done'));
  };

  return {
    ...context,
    messages,
    receive,
    made: async (body: object = {}) => {
      const answer = await context.ask(contract.createWebhook, Made, { body: { url, ...body } });
      return { id: answer.body.webhook.id, secret: answer.body.secret };
    },
    /** Publishes a post a second later. */
    publish: async (id = newId('pst', clock.now())) => {
      clock.pass(1_000);
      await context.happened(PostPublished, id, 3, published);
      return id;
    },
    delivery: async (webhookId: string) => {
      const of = { workspaceId: owner.workspaceId, webhookId };
      const { items } = await deps.deliveries.list(of, { limit: 100, scope: {} }, (each) => each);
      return items;
    },
  };
};
