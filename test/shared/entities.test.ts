import { describe, expect, test } from 'vitest';
import { lostUpdate, retryOnLostUpdate } from '#shared/entities.ts';

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
