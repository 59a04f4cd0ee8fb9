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

test('an event says of its entity which version it is, who wrote it, and when', () => {
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

  test('is the event with an id', () => {
    expect(busEntry(event, 'record-1', 0)).toMatchObject({ source: 'posts', type: 'thing.made' });
    expect(parsed('record-1', 0)).toEqual({ ...event.detail, id: idOf('record-1', 0), chain: [] });
  });

  test('has the same id for the same record and place, and another one for any other', () => {
    expect(idOf('record-1', 0)).toBe(idOf('record-1', 0));
    const ids = ['record-1', 'record-2', 'record-11'].flatMap((record) =>
      [0, 1, 11].map((place) => idOf(record, place)),
    );
    expect(new Set(ids).size).toBe(9);
  });

  test('holds nothing that the definition does not know', () => {
    const told = { ...event, detail: { ...event.detail, data: { name: 'A', token: 'hunter2' } } };
    expect(busEntry(told, 'record-1', 0).detail).not.toContain('hunter2');
  });

  test('is not made of what does not fit its definition', () => {
    const told = { ...event, detail: { ...event.detail, data: { name: 1 } } };
    expect(() => busEntry(told, 'record-1', 0)).toThrow(z.ZodError);
  });

  test('is refused before the bus would: over 240 KiB', () => {
    const sized = (bytes: number) => ({ ...event, detail: { ...event.detail, data: { name: 'ä'.repeat(bytes / 2) } } });
    expect(() => busEntry(sized(239 * 1024), 'record-1', 0)).not.toThrow();
    expect(() => busEntry(sized(240 * 1024), 'record-1', 0)).toThrow('The event thing.made is too large for the bus');
  });
});

describe('a reference that is unknown yet', () => {
  const after = (tries: number) => {
    let asked = 0;
    const find = async () => ((asked += 1) > tries ? 'found' : undefined);
    return { find, asked: () => asked };
  };
  const patience = { totalMs: 3, everyMs: 1 };

  test('is asked for once when it is there', async () => {
    const { find, asked } = after(0);
    expect(await findReference(find, patience)).toBe('found');
    expect(asked()).toBe(1);
  });

  test('is looked for again until it is there', async () => {
    const { find, asked } = after(3);
    expect(await findReference(find, patience)).toBe('found');
    expect(asked()).toBe(4);
  });

  test('is given up when the patience is over', async () => {
    const { find, asked } = after(4);
    expect(await findReference(find, patience)).toBeUndefined();
    expect(asked()).toBe(4);
  });

  test('is not looked for again when the search itself fails', async () => {
    let asked = 0;
    const find = async () => {
      asked += 1;
      throw new Error('down');
    };
    await expect(findReference(find, patience)).rejects.toThrow('down');
    expect(asked).toBe(1);
  });
});

describe('news of a thing', () => {
  const made = new Date('2026-11-22T10:00:00Z');
  const id = newId('acc', made);
  const after = (seconds: number) => new Date(made.getTime() + seconds * 1000);

  test('may be on its way for a minute after it was made', () => {
    expect([-30, 0, 59, 61, -61, 86_400].map((seconds) => mayBeOnItsWay(id, after(seconds)))).toEqual([
      ...[true, true, true],
      ...[false, false, false],
    ]);
  });

  test('is not waited for when the id is older, or no time at all', () => {
    expect(patienceFor(id, after(1))).toEqual({ totalMs: 2_000, everyMs: 200 });
    expect(patienceFor(id, after(3_600)).totalMs).toBe(0);
    expect(patienceFor('acc_ZZZZZZZZZZZZZZZZZZZZZZZZZZ', after(1)).totalMs).toBe(0);
  });
});
