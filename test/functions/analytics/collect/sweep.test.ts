import { beforeEach, describe, expect, test } from 'vitest';
import { CampaignCreated, CampaignSlotClaimed } from '#events/campaigns.ts';
import { plannedReadings } from '#functions/analytics/domain/reading-ages.ts';
import { getPostMetrics } from '#functions/analytics/metrics/contract.ts';
import { newId } from '#shared/ids.ts';
import { dayMs, hourMs, instantAfter, minuteMs } from '#shared/time.ts';
import { anEvent } from '#test/support/context-harness.ts';
import {
  accountId,
  campaignId,
  type Harness,
  harness,
  metricsOf,
  noon,
  published,
  readAt,
  workspaceId,
  type X,
} from '../harness.ts';

const after = (milliseconds: number) => instantAfter(noon, milliseconds);

let context: Harness;
beforeEach(() => {
  context = harness(after(minuteMs));
});

const snapshotsOf = async (postId: string) =>
  (await context.ask(getPostMetrics, getPostMetrics.response, { path: { postId } })).body.snapshots;
const agesOf = async (postId: string) =>
  (await snapshotsOf(postId)).map(({ measuredAt }) => Date.parse(measuredAt) - noon.getTime());

/** Sweeps every quarter of an hour, for some days. */
const sweepFor = async (days: number, x: X): Promise<number> => {
  let calls = 0;
  for (let passed = 0; passed < days * dayMs; passed += 15 * minuteMs) {
    calls += (await context.sweep(x)).length;
    context.clock.pass(15 * minuteMs);
  }
  return calls;
};

/** Growing counters, so that none stands still. */
const growing = (_: string, at: Date) => metricsOf(Math.floor((at.getTime() - noon.getTime()) / minuteMs));

describe('the life of a post', () => {
  test('has eight readings on five UTC days, the last before X stops returning clicks', async () => {
    const postId = await context.track();
    expect(await sweepFor(31, context.x(growing))).toBe(8);
    const ages = await agesOf(postId);
    expect(ages).toHaveLength(8);
    for (const [place, age] of ages.entries()) {
      expect(age).toBeGreaterThanOrEqual(plannedReadings[place]?.ageMs ?? Infinity);
    }
    expect(ages.slice(0, 5).map((age) => Math.round(age / hourMs))).toEqual([0, 1, 3, 12, 24]);
    expect(ages.at(-1)).toBeLessThan(30 * dayMs);
    expect(new Set((await snapshotsOf(postId)).map(({ measuredAt }) => measuredAt.slice(0, 10))).size).toBe(5);
  });

  test('has fewer readings while the counters stand still, but always the last one', async () => {
    const postId = await context.track();
    await sweepFor(
      31,
      context.x(() => metricsOf(7)),
    );
    const ages = await agesOf(postId);
    expect(ages.map((age) => Math.round(age / dayMs))).toEqual([0, 0, 0, 1, 1, 29]);
  });

  test('ends when X reports the post as deleted', async () => {
    const postId = await context.track();
    await context.sweep(context.x());
    context.clock.pass(hourMs);
    const gone: X = ({ xPostIds }) => ({
      outcome: 'read',
      measuredAt: context.clock.now().toISOString(),
      posts: xPostIds.map((xPostId) => ({ xPostId, metrics: null, why: 'deleted' })),
    });
    expect(await context.sweep(gone)).toHaveLength(1);
    expect(await sweepFor(8, context.x())).toBe(0);
    const { body } = await context.ask(getPostMetrics, getPostMetrics.response, { path: { postId } });
    expect(body).toMatchObject({ availability: 'deleted', isCarriedForward: true, latest: { metrics: metricsOf(1) } });
  });

  test('has a reading when an experiment counts the post, even if no counter has changed', async () => {
    const id = newId('pst', noon);
    await context.deliver(anEvent(CampaignCreated, campaignId, 1, { maturityHours: 48 }, noon.toISOString()));
    const claimed = { campaignId, slotId: newId('slt', noon), postId: id, variant: 'b' };
    await context.deliver(anEvent(CampaignSlotClaimed, claimed.slotId, 1, claimed, noon.toISOString()));
    await context.track({ id, campaignId });
    await sweepFor(
      3,
      context.x(() => metricsOf(7)),
    );
    const [counted] = (await agesOf(id)).slice(-1);
    expect(counted).toBeGreaterThanOrEqual(48 * hourMs);
    expect(counted).toBeLessThan(48.5 * hourMs);
    const told = context.events().map(({ detail }) => Date.parse(detail.occurredAt) - noon.getTime());
    // The first reading, and the one that counts: the others are unchanged.
    expect(told).toEqual([minuteMs, counted]);
  });
});

describe('a sweep', () => {
  test('packs at least 95 posts into a lookup if enough are due', async () => {
    for (let count = 0; count < 960; count += 1) {
      await context.track({ xPostIds: [String(count)], publishedAt: after(-count) });
    }
    const batches = await context.sweep(context.x());
    const posts = batches.reduce((sum, { xPostIds }) => sum + xPostIds.length, 0);
    expect(posts).toBe(960);
    expect(posts / batches.length).toBeGreaterThanOrEqual(95);
  });

  test('puts at most 100 X posts into a lookup and never splits a thread', async () => {
    for (let count = 0; count < 5; count += 1) {
      await context.track({ xPostIds: Array.from({ length: 25 }, (_, part) => `${count}${part}`) });
    }
    await context.track({ publishedAt: after(1), xPostIds: ['1'] });
    const batches = await context.sweep(context.x());
    expect(batches.map(({ postIds, xPostIds }) => [postIds.length, xPostIds.length])).toEqual([
      [4, 100],
      [2, 26],
    ]);
  });

  test('is processed in pages, each post once', async () => {
    for (let count = 0; count < 40; count += 1) await context.track({ xPostIds: [String(count)] });
    const batches = await context.sweep(context.x(), { xPosts: 7, cohorts: 3 });
    expect(batches).toHaveLength(6);
    expect(new Set(batches.flatMap(({ postIds }) => postIds)).size).toBe(40);
    expect(await context.sweep(context.x())).toEqual([]);
  });

  test('stops after eight pages, and the next one continues', async () => {
    for (let count = 0; count < 20; count += 1) await context.track({ xPostIds: [String(count)] });
    const one = await context.sweep(context.x(), { xPosts: 2, cohorts: 2 });
    expect(one.flatMap(({ postIds }) => postIds)).toHaveLength(16);
    const two = await context.sweep(context.x(), { xPosts: 2, cohorts: 2 });
    expect(two.flatMap(({ postIds }) => postIds)).toHaveLength(4);
  });

  test('returns busy while another one runs, and takes over from one that stopped silently', async () => {
    await context.track();
    expect((await context.due(0, 'arn:one')).outcome).toBe('done');
    expect((await context.due(0, 'arn:two')).outcome).toBe('busy');
    context.clock.pass(11 * minuteMs);
    expect(await context.due(0, 'arn:two')).toMatchObject({ outcome: 'done', batches: [{}] });
    const late = { page: 1, outcome: 'done', progress: { '0#0': '2026' }, deferred: [] };
    // The overtaken sweep no longer records progress.
    await context.run('analytics.closePage', late, 'arn:one');
    expect((await context.due(0, 'arn:two')).batches).toHaveLength(1);
  });

  test('that ends early lets the next one begin at once, and cannot end that one', async () => {
    await context.track();
    await context.due(0, 'arn:one');
    await context.run('analytics.endSweep', {}, 'arn:one');
    expect(await context.due(0, 'arn:two')).toMatchObject({ outcome: 'done', batches: [{}] });
    await context.run('analytics.endSweep', {}, 'arn:one');
    expect((await context.due(0, 'arn:three')).outcome).toBe('busy');
  });

  test('that broke off is carried out again without reading anything twice', async () => {
    const ids = await Promise.all(['1', '2', '3'].map(async (xPostId) => context.track({ xPostIds: [xPostId] })));
    const { batches } = await context.due(0, 'arn:one', { xPosts: 2, cohorts: 2 });
    const [first] = batches;
    if (!first) throw new Error('no batch');
    await context.run(
      'analytics.recordSnapshots',
      { workspaceId, accountId, postIds: first.postIds, read: context.x()(first) },
      'arn:one',
    );
    context.clock.pass(11 * minuteMs);
    const again = await context.sweep(context.x());
    expect(again.flatMap(({ postIds }) => postIds)).toEqual(ids.filter((id) => !first.postIds.includes(id)));
    // Its days are rolled up all the same.
    expect(
      await context.deps.rollUps.days(workspaceId, { kind: 'workspace' }, '2026-11-22', '2026-11-22'),
    ).toMatchObject([{ content: { accountIds: [accountId] } }]);
  });

  test('reads a post only once after an outage', async () => {
    const postId = await context.track();
    context.clock.pass(2 * dayMs);
    await context.sweep(context.x());
    expect(await agesOf(postId)).toEqual([2 * dayMs + minuteMs]);
    expect(await context.sweep(context.x())).toEqual([]);
  });
});

describe('a post whose event arrives late', () => {
  test.each([
    ['a moment', minuteMs],
    ['long', 3 * hourMs],
  ])('by %s, after sweeps have passed its time, is still read', async (_, delay) => {
    context.clock.set(after(delay));
    await context.track({ publishedAt: after(delay), xPostIds: ['1'] });
    await context.sweep(context.x());
    const late = await context.track();
    for (let passed = 0; passed < 20 * minuteMs; passed += minuteMs) {
      await context.sweep(context.x());
      context.clock.pass(minuteMs);
    }
    expect(await snapshotsOf(late)).toHaveLength(1);
  });
});

describe('a failed lookup', () => {
  test.each([
    ['as long as X asks for', { outcome: 'rate_limited', retryAt: after(20 * minuteMs) }, 15 * minuteMs, 20 * minuteMs],
    ['an hour for an account that cannot be read', { outcome: 'account_unwell' }, 59 * minuteMs, 62 * minuteMs],
    ['an hour after a refusal', { outcome: 'refused' }, 59 * minuteMs, 62 * minuteMs],
  ] as const)('waits %s before it is retried; until then the post is delayed', async (_, read, tooEarly, inTime) => {
    const postId = await context.track();
    await context.sweep(() => read);
    const { body } = await context.ask(getPostMetrics, getPostMetrics.response, { path: { postId } });
    expect(body).toMatchObject({ availability: 'delayed', latest: null, snapshots: [] });
    context.clock.set(after(tooEarly));
    expect(await context.sweep(context.x())).toEqual([]);
    context.clock.set(after(inTime));
    expect(await context.sweep(context.x())).toHaveLength(1);
    expect(await snapshotsOf(postId)).toHaveLength(1);
    expect(await context.sweep(context.x())).toEqual([]);
  });

  test('defers the posts that its answer omits and records the rest', async () => {
    const [one, two] = [await context.track({ xPostIds: ['100'] }), await context.track({ xPostIds: ['101', '102'] })];
    // X omits a part of the thread: a sum without it would look like a loss.
    const half = () => ({ ...context.x()({ workspaceId, accountId, postIds: [], xPostIds: ['100', '101'] }) });
    await context.sweep(half);
    expect([await snapshotsOf(one), await snapshotsOf(two)].map(({ length }) => length)).toEqual([1, 0]);
    context.clock.pass(hourMs + minuteMs);
    await context.sweep(context.x());
    expect(await snapshotsOf(two)).toHaveLength(1);
  });

  test('does not hide an earlier reading, whose counters are carried forward', async () => {
    const id = await context.track();
    await context.record([id], readAt(after(minuteMs), metricsOf(5)));
    context.clock.pass(hourMs);
    await context.record([id], {
      outcome: 'read',
      measuredAt: after(hourMs),
      posts: [{ xPostId: '100', metrics: null, why: 'withheld' }],
    });
    const { body } = await context.ask(getPostMetrics, getPostMetrics.response, { path: { postId: id } });
    expect(body).toMatchObject({ availability: 'withheld', isCarriedForward: true, latest: { metrics: metricsOf(5) } });
  });
});

describe('a recorded reading', () => {
  test('adds up the parts of a thread, without those that X no longer shows', async () => {
    const id = await context.track({ xPostIds: ['100', '101', '102'] });
    const read = readAt(after(minuteMs), metricsOf(3), null, metricsOf(4, null));
    expect(await context.record([id], read)).toEqual({ outcome: 'recorded', snapshots: 1 });
    expect(await snapshotsOf(id)).toEqual([{ measuredAt: after(minuteMs), metrics: metricsOf(7, null) }]);
  });

  test('is stored once, however often the step is retried', async () => {
    const id = await context.track();
    await context.record([id], readAt(after(minuteMs), metricsOf(1)));
    const writes = context.changes.length;
    await context.record([id], readAt(after(minuteMs), metricsOf(1)));
    expect(context.changes).toHaveLength(writes);
    expect(await snapshotsOf(id)).toHaveLength(1);
  });

  test('is stored only for tracked posts', async () => {
    const id = await context.track();
    const read = readAt(after(minuteMs), metricsOf(1));
    expect(await context.record([newId('pst', noon)], read)).toEqual({ outcome: 'recorded', snapshots: 0 });
    expect(await context.record([newId('pst', noon), id], read)).toEqual({ outcome: 'recorded', snapshots: 1 });
  });

  test('emits one event for each post whose counters changed', async () => {
    const [id, still] = [await context.track({ campaignId }), await context.track({ xPostIds: ['101'] })];
    await context.record([id, still], readAt(after(minuteMs), metricsOf(1), metricsOf(9)));
    await context.record([id, still], readAt(after(hourMs), metricsOf(2), metricsOf(9)));
    const told = context.events().map(({ definition, detail }) => [definition.type, detail.entityId, detail.data]);
    expect(new Set(told)).toEqual(
      new Set([
        ['post.metrics_updated', id, { accountId, campaignId, measuredAt: after(minuteMs), metrics: metricsOf(1) }],
        [
          'post.metrics_updated',
          still,
          { accountId, campaignId: null, measuredAt: after(minuteMs), metrics: metricsOf(9) },
        ],
        ['post.metrics_updated', id, { accountId, campaignId, measuredAt: after(hourMs), metrics: metricsOf(2) }],
      ]),
    );
  });

  test('emits the automation chain that led to its post, so that a loop can be detected', async () => {
    const chain = ['aut_01KATJ9V5H8Q3M4N5P6R7S8T9A'];
    const made = published();
    await context.deliver({ ...made, detail: { ...made.detail, chain } });
    const own = await context.track();
    for (const id of [made.detail.entityId, own]) await context.record([id], readAt(after(minuteMs), metricsOf(1)));
    expect(context.events().map(({ detail }) => [detail.entityId, detail.chain ?? []])).toEqual([
      [made.detail.entityId, chain],
      [own, []],
    ]);
  });

  test('is kept when the event of its post is delivered again', async () => {
    const event = published();
    await context.deliver(event);
    await context.record([event.detail.entityId], readAt(after(minuteMs), metricsOf(1)));
    await context.deliver(event);
    expect(await snapshotsOf(event.detail.entityId)).toHaveLength(1);
  });
});

test('all readings of a post together cost at most one write unit if lookups are full', async () => {
  const posts = 1_000;
  const campaigns = Array.from({ length: 2 }, () => newId('cmp', noon));
  for (let count = 0; count < posts; count += 1) {
    const [one, other] = [String(1_900_000_000_000_000_000n + BigInt(count)), campaigns[count % 4]];
    await context.track({ xPostIds: [one], campaignId: other ?? null, publishedAt: after(count) });
  }
  expect(context.units.get('tracked_post'), 'one write, and one for its index').toBe(2 * posts);
  const spread = (xPostId: string, at: Date) => {
    const seed = Number(BigInt(xPostId) % 997n) + Math.floor((at.getTime() - noon.getTime()) / minuteMs);
    return { ...metricsOf(seed % 90), impressions: 37 * seed, likes: seed % 211, profileClicks: seed % 17 };
  };
  let readings = 0;
  for (const { ageMs, isJoint } of plannedReadings) {
    context.clock.set(after(ageMs + (isJoint ? 23 * hourMs : minuteMs)));
    readings += (await context.sweep(context.x(spread))).flatMap(({ postIds }) => postIds).length;
  }
  expect(readings).toBe(8 * posts);
  // Finally everything is packed; the batches expire, which costs nothing.
  context.clock.set(after(40 * dayMs));
  await context.run('analytics.closeDays', {});
  expect(context.units.get('packed_readings')).toBeGreaterThan(0);
  const { tracked_post: _, ...rest } = Object.fromEntries(context.units);
  const ofReadings = Object.values(rest).reduce((sum, each) => sum + each, 0);
  expect(ofReadings / posts, JSON.stringify(rest)).toBeLessThanOrEqual(1);
});

test('lost roll-ups are recomputed from the readings with the same numbers', async () => {
  for (let day = 0; day < 25; day += 1) {
    await context.track({ publishedAt: after(-day * dayMs), xPostIds: [String(day)] });
  }
  await context.sweep(context.x((xPostId) => metricsOf(Number(xPostId))));
  const days = async () => context.deps.rollUps.days(workspaceId, { kind: 'workspace' }, '2026-01-01', '2026-12-31');
  const before = await days();
  expect(before).toHaveLength(25);
  for (const key of [...context.items.keys()].filter((each) => each.includes('_DAY#'))) context.items.delete(key);
  expect(await days()).toEqual([]);
  const recompute = async (next: string) => context.run('analytics.recomputeDays', { workspaceId, next });
  const first = await recompute('');
  expect(first).toEqual({ next: before[19]?.day });
  expect(await recompute(before[19]?.day ?? '')).toEqual({ next: null });
  expect(await days()).toEqual(before);
});
