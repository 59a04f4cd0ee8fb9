import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { batchesIn, packedOf } from '#functions/analytics/domain/packed-readings.ts';
import { dueForReading, plannedReadings } from '#functions/analytics/domain/reading-ages.ts';
import { rollUp } from '#functions/analytics/domain/roll-up.ts';
import { getPostMetrics } from '#functions/analytics/metrics/contract.ts';
import { newId } from '#shared/ids.ts';
import { shardOf } from '#shared/shards.ts';
import { dayMs, instantAfter, minuteMs } from '#shared/time.ts';
import { accountId, campaignId, type Harness, harness, metricsOf, noon, workspaceId, type X } from '../harness.ts';

const day = '2026-11-22';
const cohort = { workspaceId, accountId, day };
const otherAccountId = 'acc_01KATJ9V5H8Q3M4N5P6R7S8T9W';

let context: Harness;
beforeEach(() => {
  context = harness(instantAfter(noon, minuteMs));
});

const close = (execution = 'arn:closing') => context.run('analytics.closeDays', {}, execution);
const metricsOfPost = async (postId: string) =>
  (await context.ask(getPostMetrics, getPostMetrics.response, { path: { postId } })).body;
const growing: X = ({ xPostIds }) => ({
  outcome: 'read',
  measuredAt: context.clock.now().toISOString(),
  posts: xPostIds.map((xPostId) => ({
    xPostId,
    metrics: metricsOf(Math.floor((context.clock.now().getTime() - noon.getTime()) / minuteMs) + Number(xPostId)),
  })),
});
/** Reads all posts published at noon at all eight ages. */
const live = async (x: X = growing): Promise<void> => {
  for (const [place] of plannedReadings.entries()) {
    context.clock.set(
      new Date(Math.max(dueForReading(noon.getTime(), shardOf(accountId), place), noon.getTime()) + minuteMs),
    );
    await context.sweep(x);
  }
};
const kindsOf = () => [...context.items.values()].map(({ type }) => type);

describe('a day without further readings', () => {
  test('is packed into one item per hundred posts, and a post is read from its item alone', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 130; count += 1) ids.push(await context.track({ xPostIds: [String(count)] }));
    await live();
    const before = await Promise.all(ids.map(metricsOfPost));
    expect(before[0]?.snapshots).toHaveLength(8);
    context.clock.set(instantAfter(`${day}T00:00:00.000Z`, 32 * dayMs - 1));
    await close();
    expect(kindsOf().filter((kind) => kind === 'packed_readings')).toHaveLength(0);
    context.clock.pass(1);
    await close();
    expect(kindsOf().filter((kind) => kind === 'packed_readings')).toHaveLength(2);
    // The batches expire; their readings do not.
    context.clock.set(instantAfter(`${day}T00:00:00.000Z`, 90 * dayMs));
    for (const [key, { type }] of [...context.items]) if (type === 'readings') context.items.delete(key);
    expect(await Promise.all(ids.map(metricsOfPost))).toEqual(before);
    // A post is read from its own pack alone.
    const [first, last] = [ids.toSorted()[0] ?? '', ids.toSorted().at(-1) ?? ''];
    for (const item of context.items.values()) {
      if (item.type === 'packed_readings' && !String(item.sk).endsWith(first)) item.packed = Buffer.of(0);
    }
    expect((await metricsOfPost(first)).snapshots).toHaveLength(8);
    await expect(context.deps.readings.ofPost(cohort, last)).rejects.toThrow();
  });

  test('gives the same roll-ups from its packs, also beside batches of an account that is not packed', async () => {
    await context.track({ xPostIds: ['1'], campaignId });
    await context.track({ xPostIds: ['2'] });
    await live();
    const batches = await context.deps.readings.ofDay(workspaceId, day);
    const other = { ...cohort, accountId: otherAccountId };
    const [first] = batches;
    if (!first) throw new Error('no batch');
    await context.deps.readings.pack(cohort, batches, 800);
    expect(rollUp(await context.deps.readings.ofDay(workspaceId, day))).toEqual(rollUp(batches));
    const late = {
      ...first,
      ...other,
      readings: first.readings.map((each) => ({ ...each, postId: newId('pst', noon) })),
    };
    const author = { actor: { type: 'system', id: 'test' } as const, correlationId: 'c' };
    await context.deps.readings.add(late, author);
    const rolled = rollUp(await context.deps.readings.ofDay(workspaceId, day));
    expect(rolled.map(({ scope }) => scope.kind).sort()).toEqual(['account', 'account', 'campaign', 'workspace']);
    expect(await context.deps.readings.dayAfter(workspaceId, '')).toBe(day);
    expect(await context.deps.readings.dayAfter(workspaceId, day)).toBeUndefined();
  });

  test('is packed once: a later pack of fewer batches does not replace it', async () => {
    await context.track({ xPostIds: ['1'] });
    await live();
    const batches = await context.deps.readings.ofCohort(cohort);
    await context.deps.readings.pack(cohort, batches, 800);
    await context.deps.readings.pack(cohort, batches.slice(0, 1), 800);
    expect(await context.deps.readings.ofCohort(cohort)).toHaveLength(8);
  });

  test.each([
    ['before', 0],
    ['after', 2],
  ] as const)('is packed completely or not at all when packing is interrupted %s the write', async (phase, packs) => {
    const ids: string[] = [];
    for (let count = 0; count < 130; count += 1) ids.push(await context.track({ xPostIds: [String(count)] }));
    await live();
    const before = await Promise.all(ids.map(metricsOfPost));
    context.clock.set(instantAfter(`${day}T00:00:00.000Z`, 32 * dayMs));
    const transact = context.table.transact.bind(context.table);
    context.table.transact = async (writes) => {
      const isPacking = writes.some((write) => 'put' in write && write.put.type === 'packed_readings');
      const isDone = isPacking && phase === 'before' ? false : await transact(writes);
      if (isPacking) throw new Error('Killed');
      return isDone;
    };
    await expect(close()).rejects.toThrow('Killed');
    expect(kindsOf().filter((kind) => kind === 'packed_readings')).toHaveLength(packs);
    context.table.transact = transact;
    // Another execution takes over once the lease is over.
    context.clock.pass(10 * minuteMs);
    await close('arn:closing-2');
    expect(kindsOf().filter((kind) => kind === 'packed_readings')).toHaveLength(2);
    for (const [key, { type }] of [...context.items]) if (type === 'readings') context.items.delete(key);
    expect(await Promise.all(ids.map(metricsOfPost))).toEqual(before);
  });

  test('emits no event when it is closed', async () => {
    await context.track({ xPostIds: ['1'] });
    await live();
    const told = context.events().length;
    context.clock.set(instantAfter(`${day}T00:00:00.000Z`, 33 * dayMs));
    await close();
    expect(context.events()).toHaveLength(told);
  });
});

describe('closing', () => {
  test('continues after the last closed day, even after a standstill of weeks', async () => {
    const ids: string[] = [];
    for (let days = 0; days < 3; days += 1) {
      ids.push(await context.track({ publishedAt: instantAfter(noon, -days * dayMs), xPostIds: [String(days)] }));
    }
    await context.sweep(growing);
    context.clock.set(instantAfter(noon, 31 * dayMs));
    await close();
    expect(kindsOf().filter((kind) => kind === 'packed_readings')).toHaveLength(2);
    const closed = () => context.deps.closings.begin('arn:closing', minuteMs);
    expect(await closed()).toMatchObject({ [`closed#${shardOf(accountId)}`]: '2026-11-21' });
    await context.deps.closings.end('arn:closing');
    context.clock.pass(20 * dayMs);
    await close();
    expect(kindsOf().filter((kind) => kind === 'packed_readings')).toHaveLength(3);
  });

  test('is done by one execution at a time', async () => {
    await context.track({ xPostIds: ['1'] });
    await context.sweep(growing);
    context.clock.set(instantAfter(noon, 40 * dayMs));
    await context.deps.closings.begin('arn:another', minuteMs);
    expect(await close()).toEqual({ isMore: false });
    expect(kindsOf()).not.toContain('packed_readings');
    context.clock.pass(minuteMs);
    await close();
    expect(kindsOf()).toContain('packed_readings');
  });
});

test('packing loses no reading', () => {
  const count = fc.nat(1_000_000);
  const metrics = fc.record({
    ...{ impressions: count, likes: count, reposts: count, replies: count, quotes: count, bookmarks: count },
    ...{ urlClicks: fc.option(count), profileClicks: fc.option(count) },
  });
  const ids = Array.from({ length: 230 }, () => newId('pst', noon));
  const told = { campaignId: null, variant: null, publishedAt: noon.toISOString(), latenessMs: 3, costMicros: 15_000 };
  const batch = fc.record({
    at: fc.integer({ min: 0, max: 30 * dayMs }),
    posts: fc.uniqueArray(fc.tuple(fc.nat(229), fc.option(metrics), fc.option(count)), {
      minLength: 1,
      maxLength: 100,
      selector: ([id]) => id,
    }),
  });
  fc.assert(
    fc.property(fc.uniqueArray(batch, { minLength: 1, maxLength: 6, selector: ({ at }) => at }), (all) => {
      const batches = all.map(({ at, posts }) => ({
        ...cohort,
        measuredAt: instantAfter(noon, at),
        readings: posts.map(([id, each, shortLinkClicks]) => ({
          ...{ ...told, postId: ids[id] ?? '', metrics: each, shortLinkClicks, isTold: false },
          availability: each ? ('available' as const) : ('withheld' as const),
        })),
      }));
      const again = packedOf(batches).flatMap((packed) => batchesIn(packed, cohort));
      const readingsIn = (some: typeof again) =>
        some
          .flatMap(({ measuredAt, readings }) => readings.map((each) => ({ measuredAt, ...each })))
          .sort((one, other) => (one.postId + one.measuredAt < other.postId + other.measuredAt ? -1 : 1));
      expect(readingsIn(again)).toEqual(readingsIn(batches));
    }),
    { numRuns: 30 },
  );
});
