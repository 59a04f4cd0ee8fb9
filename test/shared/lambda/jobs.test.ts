import { describe, expect, test } from 'vitest';
import { createHandler } from '#shared/lambda/handler.ts';
import type { JobOutcome } from '#shared/lambda/jobs.ts';
import { lambdaContext } from '#test/support/http-event.ts';
import { quietHandler } from '../../support/context-harness.ts';

const queue = 'https://sqs.us-east-1.amazonaws.com/000000000000/jobs';

/** A function whose jobs end with these outcomes. */
const working = (outcomes: Readonly<Record<string, JobOutcome | Error>>) => {
  const hidden: [string, number][] = [];
  const seen: string[] = [];
  let running = 0;
  let most = 0;
  const handler = quietHandler({
    context: 'platform',
    routes: [],
    subscriptions: async () => [],
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
  const receive = (names: readonly string[], arn = 'arn:aws:sqs:us-east-1:000000000000:jobs') =>
    handler(
      {
        Records: names.map((name) => ({
          ...{ messageId: name, receiptHandle: `r-${name}`, body: JSON.stringify(name), eventSource: 'aws:sqs' },
          eventSourceARN: arn,
        })),
      },
      lambdaContext,
    );
  return { receive, hidden, seen, most: () => most };
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
    const { receive, seen } = working({});
    const inbox = 'arn:aws:sqs:us-east-1:000000000000:inbox';
    expect(await receive(['an event'], inbox)).toEqual(failing('an event'));
    expect(seen).toEqual([]);
  });
});

test('a function without jobs treats every queue as its inbox', async () => {
  const handler = createHandler({ context: 'platform', routes: [] });
  const record = { messageId: 'm', receiptHandle: 'r', body: '{}', eventSource: 'aws:sqs', eventSourceARN: 'a:jobs' };
  expect(await handler({ Records: [record] }, lambdaContext)).toEqual(failing('m'));
});
