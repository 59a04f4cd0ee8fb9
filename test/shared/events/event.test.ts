import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { firstVersion, nextVersion } from '#shared/entities.ts';
import { defineEvent, tell } from '#shared/events/event.ts';
import { busEntry } from '#shared/events/publish.ts';
import { findReference, mayBeOnItsWay, patienceFor } from '#shared/events/reference.ts';
import { EventId, newId } from '#shared/ids.ts';
import { owner } from '#test/support/http-event.ts';

const Made = defineEvent('posts', 'thing.made', 2, 'A thing was made.', () => z.object({ name: z.string() }));
const author = { actor: { type: 'person' as const, id: owner.personId }, correlationId: 'correlation-1' };
const noon = new Date('2026-11-22T12:00:00Z');
const entity = nextVersion(firstVersion({ workspaceId: owner.workspaceId }, noon, author), noon, author);
const event = tell(Made, entity, 'thing-1', { name: 'A' });

test('an event has the id and version of its entity, who changed it, and when', () => {
  expect(event.detail).toEqual({
    schemaVersion: 2,
    workspaceId: owner.workspaceId,
    entityId: 'thing-1',
    entityVersion: 1,
    occurredAt: '2026-11-22T12:00:00.000Z',
    actor: author.actor,
    correlationId: 'correlation-1',
    data: { name: 'A' },
  });
});

describe('the entry for the bus', () => {
  const parsed = (recordId: string, index: number): unknown => JSON.parse(busEntry(event, recordId, index).detail);
  const idOf = (recordId: string, index: number) => z.object({ id: EventId }).parse(parsed(recordId, index)).id;

  test('consists of the event, an id and a chain', () => {
    expect(busEntry(event, 'record-1', 0)).toMatchObject({ source: 'posts', type: 'thing.made' });
    expect(parsed('record-1', 0)).toEqual({ ...event.detail, id: idOf('record-1', 0), chain: [] });
  });

  test('has an id that is stable for a record and index, and unique to them', () => {
    expect(idOf('record-1', 0)).toBe(idOf('record-1', 0));
    const ids = ['record-1', 'record-2', 'record-11'].flatMap((record) =>
      [0, 1, 11].map((place) => idOf(record, place)),
    );
    expect(new Set(ids).size).toBe(9);
  });

  test('omits fields that are not in the definition', () => {
    const told = { ...event, detail: { ...event.detail, data: { name: 'A', token: 'hunter2' } } };
    expect(busEntry(told, 'record-1', 0).detail).not.toContain('hunter2');
  });

  test('cannot be made from data that does not match the definition', () => {
    const told = { ...event, detail: { ...event.detail, data: { name: 1 } } };
    expect(() => busEntry(told, 'record-1', 0)).toThrow(z.ZodError);
  });

  test('is refused above 240 KiB, before the bus would refuse it', () => {
    const sized = (bytes: number) => ({ ...event, detail: { ...event.detail, data: { name: 'ä'.repeat(bytes / 2) } } });
    expect(() => busEntry(sized(239 * 1024), 'record-1', 0)).not.toThrow();
    expect(() => busEntry(sized(240 * 1024), 'record-1', 0)).toThrow('The event thing.made is too large for the bus');
  });
});

describe('a reference that may not be known yet', () => {
  const after = (tries: number) => {
    let asked = 0;
    const find = async () => ((asked += 1) > tries ? 'found' : undefined);
    return { find, asked: () => asked };
  };
  const patience = { totalMs: 3, everyMs: 1 };

  test('is looked up only once when that finds it', async () => {
    const { find, asked } = after(0);
    expect(await findReference(find, patience)).toBe('found');
    expect(asked()).toBe(1);
  });

  test('is looked up again until it is found', async () => {
    const { find, asked } = after(3);
    expect(await findReference(find, patience)).toBe('found');
    expect(asked()).toBe(4);
  });

  test('is given up when the patience runs out', async () => {
    const { find, asked } = after(4);
    expect(await findReference(find, patience)).toBeUndefined();
    expect(asked()).toBe(4);
  });

  test('is not looked up again when the lookup itself fails', async () => {
    let asked = 0;
    const find = async () => {
      asked += 1;
      throw new Error('down');
    };
    await expect(findReference(find, patience)).rejects.toThrow('down');
    expect(asked).toBe(1);
  });
});

describe('the event about a new entity', () => {
  const made = new Date('2026-11-22T10:00:00Z');
  const id = newId('acc', made);
  const after = (seconds: number) => new Date(made.getTime() + seconds * 1000);

  test('may be on its way within a minute of the creation of the entity', () => {
    expect([-30, 0, 59, 61, -61, 86_400].map((seconds) => mayBeOnItsWay(id, after(seconds)))).toEqual([
      ...[true, true, true],
      ...[false, false, false],
    ]);
  });

  test('is awaited only when the id has a recent, valid time', () => {
    expect(patienceFor(id, after(1))).toEqual({ totalMs: 2_000, everyMs: 200 });
    expect(patienceFor(id, after(3_600)).totalMs).toBe(0);
    expect(patienceFor('acc_ZZZZZZZZZZZZZZZZZZZZZZZZZZ', after(1)).totalMs).toBe(0);
  });
});
