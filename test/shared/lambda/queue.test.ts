import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { lostUpdate } from '#shared/entities.ts';
import { defineEvent } from '#shared/events/event.ts';
import { on, reactTo, type Subscription } from '#shared/events/subscription.ts';
import { createHandler } from '#shared/lambda/handler.ts';
import { lambdaContext, owner } from '#test/support/http-event.ts';
import { captureLog } from '../captured-log.ts';

let log: string[];
beforeEach(() => {
  log = captureLog();
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const Made = defineEvent('accounts', 'thing.made', 1, 'A thing was made.', () => z.object({ name: z.string() }));

const body = (name: unknown, said: object = {}, detail: object = {}) =>
  JSON.stringify({
    source: 'accounts',
    'detail-type': 'thing.made',
    ...said,
    detail: {
      id: 'evt_01KATJ9V5H8Q3M4N5P6R7S8T9V',
      schemaVersion: 1,
      workspaceId: owner.workspaceId,
      entityId: 'thing-1',
      entityVersion: 1,
      occurredAt: '2026-11-22T12:00:00.000Z',
      actor: { type: 'system', id: 'accounts' },
      correlationId: 'correlation-1',
      data: { name },
      ...detail,
    },
  });

/** The positions of the records that are reported as failed. */
const failures = async (subscription: Subscription, ...bodies: string[]) => {
  const handler = createHandler({ context: 'posts', routes: [], subscriptions: async () => [subscription] });
  const Records = bodies.map((each, place) => ({ messageId: String(place), eventSource: 'aws:sqs', body: each }));
  const answer = await handler({ Records }, lambdaContext);
  return z
    .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })) })
    .parse(answer)
    .batchItemFailures.map(({ itemIdentifier }) => Number(itemIdentifier));
};

test('every event of a batch reaches the listener in order, and none is redelivered', async () => {
  const heard: string[] = [];
  const listener = on(Made, async ({ data, workspaceId }) => void heard.push(`${data.name} ${workspaceId}`));
  expect(await failures(listener, body('a'), body('b'))).toEqual([]);
  expect(heard).toEqual([`a ${owner.workspaceId}`, `b ${owner.workspaceId}`]);
  expect(log.join('\n')).toContain('"correlationId": "correlation-1"');
});

test('a listener that loses an update is retried at once, with four attempts at most', async () => {
  let losses = 2;
  let calls = 0;
  const listener = on(Made, async () => {
    calls += 1;
    if (losses-- > 0) throw lostUpdate();
  });
  expect(await failures(listener, body('a'))).toEqual([]);
  expect(calls).toBe(3);
  losses = Infinity;
  expect(await failures(listener, body('b'))).toEqual([0]);
  expect(calls).toBe(7);
});

test('only failed records are redelivered, and their errors are not logged verbatim', async () => {
  const heard: string[] = [];
  const listener = on(Made, async ({ data }) => {
    if (data.name === 'b') throw new Error('hunter2');
    heard.push(data.name);
  });
  expect(await failures(listener, body('a'), body('b'), body('c'))).toEqual([1]);
  expect(heard).toEqual(['a', 'c']);
  expect(log.join('\n')).not.toContain('hunter2');
});

test('when all records fail, all are redelivered, and the invocation itself succeeds', async () => {
  const listener = on(Made, () => Promise.reject(new Error('no')));
  expect(await failures(listener, body('a'), body('b'))).toEqual([0, 1]);
});

describe('a record is reported as failed, to end in the dead-letter queue,', () => {
  test.each([
    ['that is no JSON', 'x'],
    ['that is no event', '{}'],
    ['of a type that nothing listens to', body('a', { 'detail-type': 'thing.lost' })],
    ['of that type but of another context', body('a', { source: 'campaigns' })],
    ['whose data does not fit', body(1)],
    ['without a correlation id', body('a', {}, { correlationId: undefined })],
    ['without a workspace', body('a', {}, { workspaceId: undefined })],
  ])('%s', async (_, text) => {
    const heard: unknown[] = [];
    const listener = on(Made, async (event) => void heard.push(event));
    expect(await failures(listener, text, body('a'))).toEqual([0]);
    expect(heard).toHaveLength(1);
  });
});

test('an event with unknown fields is accepted', async () => {
  const listener = on(Made, async () => undefined);
  expect(await failures(listener, body('a', { account: '1' }, { later: true, schemaVersion: 1 }))).toEqual([]);
});

describe('an event replayed from the archive', () => {
  const heardBy = (subscribe: typeof on | typeof reactTo, said: object) => {
    const heard: string[] = [];
    const listener = subscribe(Made, async ({ data }) => void heard.push(data.name));
    return failures(listener, body('a', said)).then((failed) => ({ heard, failed }));
  };

  test('reaches listeners with `on` but not those with `reactTo`', async () => {
    const replayed = { 'replay-name': 'posts-20261122T120000Z' };
    expect(await heardBy(on, replayed)).toEqual({ heard: ['a'], failed: [] });
    expect(await heardBy(reactTo, replayed)).toEqual({ heard: [], failed: [] });
  });

  test.each([{}, { 'replay-name': 'acting-posts-20261122T120000Z' }])(
    'reaches listeners with `reactTo` when its envelope has %j',
    async (said) => {
      expect(await heardBy(reactTo, said)).toEqual({ heard: ['a'], failed: [] });
    },
  );
});
