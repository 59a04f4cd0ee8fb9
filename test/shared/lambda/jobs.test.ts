import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { defineEvent } from '#shared/events/event.ts';
import type { Subscription } from '#shared/events/subscription.ts';
import type { JobOutcome } from '#shared/lambda/jobs.ts';
import { lambdaContext } from '#test/support/http-event.ts';
import { quietHandler } from '../../support/context-harness.ts';

const queue = 'https://sqs.us-east-1.amazonaws.com/000000000000/jobs';

const Made = defineEvent('platform', 'thing.made', 1, 'A thing was made.', () => z.object({}));
/** The event as EventBridge delivers it. */
const made = { 'detail-type': 'thing.made', source: 'platform', detail: { correlationId: 'correlation-1' } };
/** A subscription that records the events it receives. */
const hearing = (heard: unknown[]): Subscription => ({
  definition: Made,
  handle: async (detail) => void heard.push(detail),
});

const nameOf = (body: string | object): string => (typeof body === 'string' ? body : 'event');

/** A function whose jobs end with these outcomes. */
const working = (outcomes: Readonly<Record<string, JobOutcome | Error>>) => {
  const hidden: [string, number][] = [];
  const seen: string[] = [];
  const heard: unknown[] = [];
  let running = 0;
  let most = 0;
  const handler = quietHandler({
    context: 'platform',
    routes: [],
    subscriptions: async () => [hearing(heard)],
    jobs: {
      queue,
      work: async () => async (body) => {
        running += 1;
        most = Math.max(most, running);
        seen.push(String(body));
        await new Promise((done) => setImmediate(done));
        running -= 1;
        const outcome = outcomes[String(body)];
        if (outcome instanceof Error) throw outcome;
        return outcome;
      },
      postpone: async (receipt, seconds) => {
        if (receipt === 'r-stuck') throw new Error('SQS is down');
        hidden.push([receipt, seconds]);
      },
    },
  });
  const receive = (bodies: readonly (string | object)[], arn = 'arn:aws:sqs:us-east-1:000000000000:jobs') =>
    handler(
      {
        Records: bodies.map((body) => ({
          ...{ messageId: nameOf(body), receiptHandle: `r-${nameOf(body)}`, body: JSON.stringify(body) },
          eventSource: 'aws:sqs',
          eventSourceARN: arn,
        })),
      },
      lambdaContext,
    );
  return { receive, hidden, seen, heard, most: () => most };
};

const failing = (...names: string[]) => ({ batchItemFailures: names.map((itemIdentifier) => ({ itemIdentifier })) });

describe('the jobs of a batch', () => {
  test('are done, postponed or failed one by one', async () => {
    const { receive, hidden } = working({
      later: { againInSeconds: 4.2 },
      'much-later': { againInSeconds: 1_000_000 },
      broken: new Error('broken'),
      stuck: { againInSeconds: 5 },
    });
    expect(await receive(['done', 'later', 'much-later', 'broken', 'stuck'])).toEqual(
      failing('later', 'much-later', 'broken', 'stuck'),
    );
    // Whole seconds, and no longer than SQS can hide a message.
    expect(hidden).toEqual([
      ['r-later', 5],
      ['r-much-later', 43_140],
    ]);
  });

  test('run concurrently', async () => {
    const { receive, most } = working({});
    expect(await receive(['one', 'two', 'three'])).toEqual(failing());
    expect(most()).toBe(3);
  });

  test('come only from their own queue: records of any other are events in the inbox', async () => {
    const { receive, seen, heard } = working({});
    const inbox = 'arn:aws:sqs:us-east-1:000000000000:inbox';
    expect(await receive([made], inbox)).toEqual(failing());
    expect([seen, heard]).toEqual([[], [made.detail]]);
    expect(await receive([made])).toEqual(failing());
    expect([seen, heard]).toMatchObject([{ length: 1 }, { length: 1 }]);
  });
});

test('a function without jobs treats every queue as its inbox', async () => {
  const heard: unknown[] = [];
  const handler = quietHandler({ context: 'platform', routes: [], subscriptions: async () => [hearing(heard)] });
  const body = JSON.stringify(made);
  const record = { messageId: 'm', receiptHandle: 'r', body, eventSource: 'aws:sqs', eventSourceARN: 'a:jobs' };
  expect(await handler({ Records: [record] }, lambdaContext)).toEqual(failing());
  expect(heard).toEqual([made.detail]);
});
