import { marshall } from '@aws-sdk/util-dynamodb';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { defineEvent } from '#shared/events/event.ts';
import type { Bus, BusEntry } from '#shared/events/publish.ts';
import { createHandler } from '#shared/lambda/handler.ts';
import type { Change, EventsFor } from '#shared/lambda/stream.ts';
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

const Made = defineEvent('posts', 'thing.made', 1, 'A thing was made.', () => z.object({ name: z.string() }));

/** One event per name in the new item. */
const eventsFor: EventsFor = ({ after }) =>
  z
    .array(z.string())
    .parse(after?.names ?? [])
    .map((name) => ({
      definition: Made,
      detail: {
        schemaVersion: 1,
        workspaceId: owner.workspaceId,
        entityId: 'thing-1',
        entityVersion: 1,
        occurredAt: '2026-11-22T12:00:00.000Z',
        actor: { type: 'system' as const, id: 'posts' },
        correlationId: 'correlation-1',
        data: { name },
      },
    }));

const record = (place: number, names?: unknown[], before?: object) => ({
  eventSource: 'aws:dynamodb',
  eventID: `record-${place}`,
  dynamodb: {
    SequenceNumber: String(place),
    ...(names && { NewImage: marshall({ names }) }),
    ...(before && { OldImage: marshall(before) }),
  },
});

const Detail = z.object({ id: z.string(), data: z.object({ name: z.string() }) });
const details = (entries: readonly BusEntry[]) => entries.map(({ detail }) => Detail.parse(JSON.parse(detail)));

/** A bus that accepts everything, or fails at the batch that has a given name. */
const bus = (failsAt?: string) => {
  const published: BusEntry[] = [];
  const publish: Bus['publish'] = async (entries) => {
    if (details(entries).some(({ data }) => data.name === failsAt)) throw new Error('hunter2');
    published.push(...entries);
  };
  return { published, names: () => details(published).map(({ data }) => data.name), publish };
};

const deliver = async (Records: object[], publish: Bus['publish'], told: EventsFor = eventsFor) =>
  createHandler({
    context: 'posts',
    routes: [],
    stream: { eventsFor: async () => told, bus: { publish } },
  })({ Records }, lambdaContext);

test('the events of writes are published in order and logged', async () => {
  const { publish, names, published } = bus();
  const answer = await deliver([record(1, ['a', 'b']), record(2, []), record(3, ['c'])], publish);
  expect(answer).toEqual({ batchItemFailures: [] });
  expect(names()).toEqual(['a', 'b', 'c']);
  expect(published[0]).toMatchObject({ source: 'posts', type: 'thing.made' });
  const logged = log.map((line) => JSON.parse(line) as object);
  const { workspaceId } = owner;
  const told = { message: 'event published', event: 'thing.made', workspaceId, correlationId: 'correlation-1' };
  expect(logged).toContainEqual(expect.objectContaining(told));
});

test('the first failure ends the batch, so that the stream resumes from there', async () => {
  const { publish, names } = bus('b');
  const answer = await deliver([record(1, ['a']), record(2, ['b']), record(3, ['c'])], publish);
  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '2' }] });
  expect(names()).toEqual(['a']);
  expect(log.join('\n')).toContain('record-2');
  expect(log.join('\n')).not.toContain('hunter2');
});

test('an unreadable write or an invalid event ends the batch, too', async () => {
  const { publish, names } = bus();
  expect(await deliver([record(1, [1])], publish)).toEqual({ batchItemFailures: [{ itemIdentifier: '1' }] });
  const wrong: EventsFor = (change) =>
    eventsFor(change).map((event) => ({ ...event, detail: { ...event.detail, data: { name: 7 } } }));
  expect(await deliver([record(2, ['a'])], publish, wrong)).toEqual({ batchItemFailures: [{ itemIdentifier: '2' }] });
  expect(names()).toEqual([]);
});

test('a record that is delivered twice yields the same event ids, unique per event', async () => {
  const { publish, published } = bus();
  const records = [record(1, ['a', 'a']), record(2, ['a'])];
  await deliver(records, publish);
  await deliver(records, publish);
  const ids = details(published).map(({ id }) => id);
  expect(ids.slice(3)).toEqual(ids.slice(0, 3));
  expect(new Set(ids).size).toBe(3);
});

test('a change has the item before and after the write', async () => {
  const changes: Change[] = [];
  const collect: EventsFor = (change) => {
    changes.push(change);
    return [];
  };
  const before = { list: [1, 'x', null, true], map: { a: 1.5 } };
  await deliver([record(1, ['a'], before), record(2, ['b']), record(3, undefined, before)], bus().publish, collect);
  expect(changes).toEqual([
    { before, after: { names: ['a'] } },
    { before: undefined, after: { names: ['b'] } },
    { before, after: undefined },
  ]);
});

test('binary values, which Lambda sends in base64, are decoded', async () => {
  const changes: Change[] = [];
  const collect: EventsFor = (change) => {
    changes.push(change);
    return [];
  };
  const image = { packed: { B: Buffer.from([1, 2, 255]).toString('base64') }, name: { S: 'a' } };
  await deliver([{ ...record(1), dynamodb: { SequenceNumber: '1', NewImage: image } }], bus().publish, collect);
  expect(changes).toEqual([{ before: undefined, after: { packed: Buffer.from([1, 2, 255]), name: 'a' } }]);
});
