import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { newId } from '#shared/ids.ts';
import { instantAfter } from '#shared/time.ts';
import { accountId, type Harness, harness, metricsOf, noon, readAt, workspaceId } from './harness.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const after = (milliseconds: number) => instantAfter(noon, milliseconds);

let context: Harness;
beforeEach(() => {
  context = harness(after(minute));
});

const post = async (id: string) => {
  const found = await context.deps.posts.find(workspaceId, id);
  if (!found) throw new Error('not tracked');
  return found;
};
const snapshotsOf = (id: string) => context.deps.snapshots.list(workspaceId, id, noon, new Date(after(90 * day)));
const Batches = z.object({
  batches: z.array(z.object({ postIds: z.array(z.string()), xPostIds: z.array(z.string()) }).loose()),
});
const dueBatches = async (limit?: number) => Batches.parse(await context.run('analytics.dueBatches', { limit }));

describe('analytics.dueBatches', () => {
  test('gives what is due, account by account, and a thread whole', async () => {
    const other = newId('acc', noon);
    const thread = await context.track({ publishedAt: after(-2), xPostIds: ['1', '2', '3'] });
    const plain = await context.track({ publishedAt: after(-1), xPostIds: ['4'] });
    const elsewhere = await context.track({ accountId: other, xPostIds: ['5'] });
    await context.track({ publishedAt: after(2 * minute) });
    expect(await dueBatches()).toEqual({
      batches: [
        { workspaceId, accountId, postIds: [thread, plain], xPostIds: ['1', '2', '3', '4'] },
        { workspaceId, accountId: other, postIds: [elsewhere], xPostIds: ['5'] },
      ],
    });
  });

  test('gives the same again until their reading is recorded', async () => {
    const id = await context.track();
    const first = await dueBatches();
    expect(await dueBatches()).toEqual(first);
    await context.record([id], readAt(after(2 * hour), metricsOf(1)));
    expect(await dueBatches()).toEqual({ batches: [] });
  });

  test('never puts more than 100 X posts into a batch, nor tears a thread apart', async () => {
    for (let count = 0; count < 5; count += 1) {
      await context.track({ xPostIds: Array.from({ length: 25 }, (_, part) => `${count}${part}`) });
    }
    await context.track({ publishedAt: after(1), xPostIds: ['1'] });
    const { batches } = await dueBatches();
    expect(batches.map(({ postIds, xPostIds }) => [postIds.length, xPostIds.length])).toEqual([
      [4, 100],
      [2, 26],
    ]);
  });

  test('keeps to its limit of X posts, those due longest first, and gives one post at least', async () => {
    // In different shards: a limit this small takes one post of each.
    const [late, early] = ['pst_01KATJ9V5H8Q3M4N5P6R7S8T90', 'pst_01KATJ9V5H8Q3M4N5P6R7S8T91'];
    await context.track({ id: late, xPostIds: ['1', '2'] });
    await context.track({ id: early, publishedAt: after(-minute), xPostIds: ['3', '4'] });
    expect((await dueBatches(3)).batches.flatMap(({ postIds }) => postIds)).toEqual([early]);
    expect((await dueBatches(4)).batches.flatMap(({ postIds }) => postIds)).toEqual([early, late]);
    expect((await dueBatches(1)).batches.flatMap(({ postIds }) => postIds)).toEqual([early]);
  });
});

describe('analytics.recordSnapshots', () => {
  test("adds up a thread's parts, without those that X does not show any more", async () => {
    const id = await context.track({ xPostIds: ['100', '101', '102'] });
    const read = readAt(after(minute), metricsOf(3), null, metricsOf(4, null));
    expect(await context.record([id], read)).toEqual({ outcome: 'recorded', snapshots: 1 });
    const told = { measuredAt: after(minute), metrics: metricsOf(7, null) };
    expect((await post(id)).latest).toEqual(told);
    expect(await snapshotsOf(id)).toEqual([told]);
  });

  test('makes nothing of a thread of which X left out a part, and asks for it again', async () => {
    const id = await context.track({ xPostIds: ['100', '101'] });
    expect(await context.record([id], readAt(after(minute), metricsOf(3)))).toEqual({
      outcome: 'recorded',
      snapshots: 0,
    });
    expect(await post(id)).toMatchObject({ latest: null, nextSweepAt: after(minute) });
  });

  test('keeps what it knew of a post that X does not show any more', async () => {
    const id = await context.track();
    await context.record([id], readAt(after(minute), metricsOf(1)));
    await context.record([id], readAt(after(2 * hour), null));
    expect(await post(id)).toMatchObject({ latest: { measuredAt: after(minute) }, nextSweepAt: after(3 * hour) });
    expect(await snapshotsOf(id)).toHaveLength(1);
  });

  test.each([
    ['in its first hour by every sweep', hour - 1, 0],
    ['then hourly', hour, hour],
    ['for a day', 25 * hour - 1, hour],
    ['then daily', 25 * hour, day],
    ['to its last day', 29 * day, day],
  ])('reads a post %s', async (_, age, pause) => {
    const id = await context.track();
    await context.record([id], readAt(after(age), metricsOf(1)));
    expect((await post(id)).nextSweepAt).toBe(after(age + pause));
  });

  test.each([29 * day + 1, 30 * day, 31 * day])('and no more when it would be older than 30 days (%d)', async (age) => {
    const id = await context.track();
    await context.record([id], readAt(after(age), metricsOf(1)));
    expect(await post(id)).toMatchObject({ nextSweepAt: null, latest: { measuredAt: after(age) } });
  });

  test('waits as long as X asks for, and an hour when the account cannot be read', async () => {
    const id = await context.track();
    const why = { code: 'x_rate_limited', reason: 'The account has reached a rate limit of X.' };
    await context.record([id], { outcome: 'rate_limited', retryAt: after(15 * minute), ...why });
    expect(await post(id)).toMatchObject({ latest: null, nextSweepAt: after(15 * minute) });
    for (const outcome of ['account_unwell', 'refused']) {
      await context.record([id], { outcome, ...why });
      expect((await post(id)).nextSweepAt).toBe(after(minute + hour));
    }
    context.clock.set(new Date(after(30 * day)));
    await context.record([id], { outcome: 'account_unwell', ...why });
    expect((await post(id)).nextSweepAt).toBeNull();
  });

  test('ends the same in any order and repetition of the readings', async () => {
    const ages = fc.uniqueArray(fc.integer({ min: 1, max: 40 * day }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(ages, fc.infiniteStream(fc.nat()), async (measuredAt, choices) => {
        const readings = measuredAt.map((age) => readAt(after(age), metricsOf(age)));
        const twice = [...readings, ...readings].map((reading) => ({ reading, at: Number(choices.next().value) }));
        const endOf = async (given: typeof readings) => {
          const id = await context.track();
          for (const reading of given) await context.record([id], reading);
          const { latest, nextSweepAt } = await post(id);
          return { latest, nextSweepAt, snapshots: await snapshotsOf(id) };
        };
        const inOrder = readings.toSorted((one, other) => (one.measuredAt < other.measuredAt ? -1 : 1));
        const shuffled = twice.toSorted((one, other) => one.at - other.at).map(({ reading }) => reading);
        expect(await endOf(shuffled)).toEqual(await endOf(inOrder));
      }),
    );
  });

  test('recorded again it writes nothing', async () => {
    const id = await context.track();
    await context.record([id], readAt(after(minute), metricsOf(1)));
    const writes = context.changes.length;
    await context.record([id], readAt(after(minute), metricsOf(1)));
    expect(context.changes).toHaveLength(writes);
  });

  test('passes over a post that is not tracked', async () => {
    const id = await context.track();
    const read = readAt(after(minute), metricsOf(1));
    expect(await context.record([newId('pst', noon), id], read)).toEqual({ outcome: 'recorded', snapshots: 1 });
  });
});
