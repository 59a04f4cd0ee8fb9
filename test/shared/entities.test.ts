import { describe, expect, test } from 'vitest';
import { PostDeleted } from '#events/posts.ts';
import type { Author } from '#shared/actor.ts';
import { firstVersion, lostUpdate, nextVersion, retryOnLostUpdate, unlessOvertaken } from '#shared/entities.ts';
import { tell } from '#shared/events/event.ts';

/** A write that loses to concurrent writes `losses` times. */
const losing = (losses: number, attempts: number[] = []) => ({
  attempts,
  save: async (attempt: number) => {
    attempts.push(attempt);
    if (attempt <= losses) throw lostUpdate();
    return 'saved';
  },
});

describe('a write that loses to a concurrent write', () => {
  test('is retried with the number of the attempt', async () => {
    const { attempts, save } = losing(2);
    expect(await retryOnLostUpdate(save)).toBe('saved');
    expect(attempts).toEqual([1, 2, 3]);
  });

  test.each([
    [3, undefined],
    [5, { maxAttempts: 5 }],
  ])('fails with changed_meanwhile after %i attempts', async (most, options) => {
    const { attempts, save } = losing(Infinity);
    await expect(retryOnLostUpdate(save, options)).rejects.toMatchObject({ code: 'changed_meanwhile' });
    expect(attempts).toHaveLength(most);
  });

  test('pauses between attempts but not after the last one', async () => {
    const waited: number[] = [];
    const pause = async (attempt: number) => void waited.push(attempt);
    await expect(retryOnLostUpdate(losing(Infinity).save, { pause })).rejects.toThrow();
    expect(waited).toEqual([1, 2]);
  });
});

test('a write that fails for another reason is not retried', async () => {
  let attempts = 0;
  const save = async () => {
    attempts += 1;
    throw new Error('broken');
  };
  await expect(retryOnLostUpdate(save)).rejects.toThrow('broken');
  expect(attempts).toBe(1);
});

test('unlessOvertaken returns undefined for a lost update and rethrows any other failure', async () => {
  expect(await unlessOvertaken(Promise.resolve('saved'))).toBe('saved');
  expect(await unlessOvertaken(Promise.reject<string>(lostUpdate()))).toBeUndefined();
  await expect(unlessOvertaken(Promise.reject(new Error('broken')))).rejects.toThrow('broken');
});

describe('the chain of automations that led to a change', () => {
  const now = new Date('2026-11-22T12:00:00Z');
  const [a, b] = ['aut_01KATJ9V5H8Q3M4N5P6R7S8T9A', 'aut_01KATJ9V5H8Q3M4N5P6R7S8T9B'] as const;
  const by = (type: Author['actor']['type'], chain?: string[]): Author => ({
    actor: { type, id: 'someone' },
    correlationId: 'correlation-1',
    chain,
  });
  const made = (...authors: readonly [Author, ...Author[]]) =>
    authors.reduce(
      (entity, author) => nextVersion(entity, now, author),
      firstVersion({ workspaceId: 'wsp_01KATJ9V5H8Q3M4N5P6R7S8T9V' }, now, authors[0]),
    );

  test('is kept and extended when the system changes the entity', () => {
    expect(made(by('automation', [a]), by('system')).chain).toEqual([a]);
    expect(made(by('automation', [a]), by('system', [b])).chain).toEqual([a, b]);
    expect(made(by('system', [a]), by('system', [a])).chain).toEqual([a]);
  });

  test('is cleared when a person changes the entity', () => {
    expect(made(by('automation', [a]), by('person'))).toHaveProperty('chain', undefined);
  });

  test('keeps only the last five automations', () => {
    const many = Array.from({ length: 5 }, (_, index) => `aut_01KATJ9V5H8Q3M4N5P6R7S8T9${index}`);
    expect(made(by('automation', many), by('system', [a])).chain).toEqual([...many.slice(1), a]);
  });

  test('is part of the events', () => {
    const data = { accountId: 'acc_01KATJ9V5H8Q3M4N5P6R7S8T9V', campaignId: null };
    expect(tell(PostDeleted, made(by('automation', [a])), 'pst_1', data).detail.chain).toEqual([a]);
  });
});
