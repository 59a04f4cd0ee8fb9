import { describe, expect, test } from 'vitest';
import { PostDeleted } from '#events/posts.ts';
import type { Author } from '#shared/actor.ts';
import { firstVersion, lostUpdate, nextVersion, retryOnLostUpdate, unlessOvertaken } from '#shared/entities.ts';
import { tell } from '#shared/events/event.ts';

/** A write that loses against others so many times. */
const losing = (losses: number, attempts: number[] = []) => ({
  attempts,
  save: async (attempt: number) => {
    attempts.push(attempt);
    if (attempt <= losses) throw lostUpdate();
    return 'saved';
  },
});

describe('a write that lost against another', () => {
  test('is made again, and told which attempt it is', async () => {
    const { attempts, save } = losing(2);
    expect(await retryOnLostUpdate(save)).toBe('saved');
    expect(attempts).toEqual([1, 2, 3]);
  });

  test.each([
    [3, undefined],
    [5, { maxAttempts: 5 }],
  ])('fails after %i attempts', async (most, options) => {
    const { attempts, save } = losing(Infinity);
    await expect(retryOnLostUpdate(save, options)).rejects.toMatchObject({ code: 'changed_meanwhile' });
    expect(attempts).toHaveLength(most);
  });

  test('waits between attempts, not after the last one', async () => {
    const waited: number[] = [];
    const pause = async (attempt: number) => void waited.push(attempt);
    await expect(retryOnLostUpdate(losing(Infinity).save, { pause })).rejects.toThrow();
    expect(waited).toEqual([1, 2]);
  });
});

test('any other failure is not tried again', async () => {
  let attempts = 0;
  const save = async () => {
    attempts += 1;
    throw new Error('broken');
  };
  await expect(retryOnLostUpdate(save)).rejects.toThrow('broken');
  expect(attempts).toBe(1);
});

test('what the other wrote stands where a write is not to win; any other failure is told', async () => {
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

  test('stays with what the platform makes of it', () => {
    expect(made(by('automation', [a]), by('system')).chain).toEqual([a]);
    expect(made(by('automation', [a]), by('system', [b])).chain).toEqual([a, b]);
    expect(made(by('system', [a]), by('system', [a])).chain).toEqual([a]);
  });

  test('ends with what a person does, and is not stored then', () => {
    expect(made(by('automation', [a]), by('person'))).toHaveProperty('chain', undefined);
  });

  test('is at most five long, the last ones', () => {
    const many = Array.from({ length: 5 }, (_, index) => `aut_01KATJ9V5H8Q3M4N5P6R7S8T9${index}`);
    expect(made(by('automation', many), by('system', [a])).chain).toEqual([...many.slice(1), a]);
  });

  test('is told by events', () => {
    const data = { accountId: 'acc_01KATJ9V5H8Q3M4N5P6R7S8T9V', campaignId: null };
    expect(tell(PostDeleted, made(by('automation', [a])), 'pst_1', data).detail.chain).toEqual([a]);
  });
});
