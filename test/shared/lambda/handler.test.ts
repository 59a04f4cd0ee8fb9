import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { defineEvent } from '#shared/events/event.ts';
import { healthOperations, healthRoutes } from '#shared/http/health.ts';
import { createHandler, startHandler } from '#shared/lambda/handler.ts';
import { task } from '#shared/lambda/task.ts';
import { observe } from '#shared/observability.ts';
import { httpEvent, lambdaContext } from '#test/support/http-event.ts';
import { captureLog } from '../captured-log.ts';

let log: string[];
beforeEach(() => {
  log = captureLog();
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('a function that starts', () => {
  const start = (reach: () => Promise<unknown>, firstCalls: (() => Promise<unknown>)[] = [], originSecret?: string) =>
    startHandler(
      {
        context: 'posts',
        routes: healthRoutes(healthOperations('posts'), 'posts', reach),
        admission: { originSecret },
      },
      firstCalls,
    );
  const lines = () => log.map((line) => z.looseObject({ message: z.string().optional() }).parse(JSON.parse(line)));
  const messages = () => lines().flatMap(({ message }) => message ?? []);

  test.each([undefined, 'o'.repeat(40)])(
    'first answers its own readiness request (origin secret: %s)',
    async (secret) => {
      const called: string[] = [];
      await start(async () => called.push('table'), [async () => called.push('cognito')], secret);
      expect(called.sort()).toEqual(['cognito', 'table']);
      expect(lines()).toContainEqual(
        expect.objectContaining({ message: 'request', operation: 'postsReady', status: 200 }),
      );
      expect(messages()).not.toContain('no connection at the start');
    },
  );

  test.each([
    ['its table', () => Promise.reject(new Error('no table')), []],
    ['another service', async () => 'reached', [() => Promise.reject(new Error('no Cognito'))]],
  ])('still answers requests when it cannot reach %s', async (_, reach, firstCalls) => {
    const handler = await start(reach, firstCalls);
    expect(messages()).toContain('no connection at the start');
    const health = httpEvent(healthOperations('posts').health);
    expect(await handler(health, lambdaContext)).toMatchObject({ statusCode: 200 });
  });
});

describe('a Cognito trigger', () => {
  const handler = () =>
    createHandler({
      context: 'users',
      routes: [],
      triggers: {
        PostConfirmation_ConfirmSignUp: async (event) => ({ ...event, response: { done: true } }),
      },
    });

  test('is answered by the handler of its trigger source, which gets the event unchanged', async () => {
    const event = { triggerSource: 'PostConfirmation_ConfirmSignUp', userName: 'u', request: {}, response: {} };
    expect(await handler()(event, lambdaContext)).toEqual({ ...event, response: { done: true } });
  });

  test.each(['PreSignUp_SignUp', 'constructor', '__proto__', ''])('without a handler throws: %j', async (source) => {
    await expect(handler()({ triggerSource: source }, lambdaContext)).rejects.toThrow(/trigger/);
  });
});

describe('an event of unknown shape is rejected and logged', () => {
  test.each<[string, object]>([
    ['nothing', {}],
    ['an empty batch', { Records: [] }],
    ['records that are none', { Records: 'x' }],
    ['a batch of strangers', { Records: [{ eventSource: 'aws:s3' }] }],
    ['a batch of nulls', { Records: [null] }],
    ['half an HTTP event', { routeKey: 'GET /v1/x' }],
    ['a trigger whose source is no text', { triggerSource: 1 }],
  ])('%s', async (_, event) => {
    const handler = createHandler({ context: 'posts', routes: [] });
    await expect(handler(event, lambdaContext)).rejects.toThrow('posts was woken by an event of unknown shape');
    expect(log.join('\n')).toContain('invocation failed');
  });
});

test('log entries that a context writes during a task or an event carry its correlation id', async () => {
  const observability = observe('posts');
  const warn = (what: string) => {
    observability.logger.warn(what);
  };
  const definition = defineEvent('accounts', 'thing.made', 1, 'A thing was made.', () => z.object({}));
  const handler = createHandler({
    context: 'posts',
    observability,
    routes: [],
    tasks: [
      task('posts.do', z.object({}), async () => {
        warn('in a task');
      }),
    ],
    subscriptions: async () => [
      {
        definition,
        handle: async () => {
          warn('on an event');
        },
      },
    ],
  });
  await handler({ task: 'posts.do', execution: 'x', correlationId: 'of the task', input: {} }, lambdaContext);
  const heard = { source: 'accounts', 'detail-type': 'thing.made', detail: { correlationId: 'of the event' } };
  const records = [{ eventSource: 'aws:sqs', messageId: '1', body: JSON.stringify(heard) }];
  expect(await handler({ Records: records }, lambdaContext)).toEqual({ batchItemFailures: [] });
  const Entry = z.object({ level: z.string(), message: z.string(), correlationId: z.string() });
  const entries = log.map((line) => Entry.parse(JSON.parse(line)));
  expect(entries.filter(({ level }) => level === 'WARN')).toEqual([
    { level: 'WARN', message: 'in a task', correlationId: 'of the task' },
    { level: 'WARN', message: 'on an event', correlationId: 'of the event' },
  ]);
});

test('a stream record, queue record or task that the context does not handle fails', async () => {
  const handler = createHandler({ context: 'platform', routes: [] });
  const written = { Records: [{ eventSource: 'aws:dynamodb' }] };
  await expect(handler(written, lambdaContext)).rejects.toThrow('platform handles no stream');
  const heard = { Records: [{ eventSource: 'aws:sqs', messageId: '1', body: '{}' }] };
  expect(await handler(heard, lambdaContext)).toEqual({ batchItemFailures: [{ itemIdentifier: '1' }] });
  const asked = { task: 'x', execution: 'x', correlationId: 'x', input: {} };
  await expect(handler(asked, lambdaContext)).rejects.toThrow('platform has no task x');
});
