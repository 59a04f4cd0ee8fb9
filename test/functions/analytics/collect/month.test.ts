// @module-tag long
import { expect, test } from 'vitest';
import type { PostMetrics } from '#events/analytics.ts';
import type { PostReading } from '#functions/analytics/domain/reading.ts';
import { getPostMetrics } from '#functions/analytics/metrics/contract.ts';
import { getPerformanceOverview, listTopPosts } from '#functions/analytics/performance/contract.ts';
import { reachOf } from '#infra/local/x-sandbox/metrics.ts';
import { newId } from '#shared/ids.ts';
import { dayMs, dayOf, hourMs } from '#shared/time.ts';
import { type Harness, harness, workspaceId, type X } from '../harness.ts';

/** A month of three accounts: 200 posts each, spread over the days, read by sweeps every hour until all is final. */
const start = Date.parse('2026-10-01T00:00:00.000Z');
const accountIds = [0, 1, 2].map((number) => `acc_01KATJ9V5H8Q3M4N5P6R7S8T9${number}`);
const posts = Array.from({ length: 600 }, (_, number) => ({
  id: newId('pst', new Date(start + number)),
  xPostId: String(1_900_000_000_000_000_000n + BigInt(number)),
  accountId: accountIds[number % 3] ?? '',
  publishedAt: start + Math.floor((number / 600) * 30 * dayMs),
  hasUrl: number % 4 === 0,
}));
const byXPostId = new Map(posts.map((post) => [post.xPostId, post]));

/** X is down on October 12; ten posts are deleted a day after publication. */
const outage = { from: Date.parse('2026-10-12T00:00:00.000Z'), to: Date.parse('2026-10-13T00:00:00.000Z') };
const deleted = new Set(posts.filter((_, number) => number % 60 === 7).map(({ xPostId }) => xPostId));

/** The counters of a post in the sandbox at an instant. */
const countersOf = (xPostId: string, at: number): PostMetrics => {
  const post = byXPostId.get(xPostId);
  const {
    detailExpands: _,
    follows: __,
    ...counters
  } = reachOf({ id: xPostId, hasUrl: post?.hasUrl ?? false, reach: undefined }, at - (post?.publishedAt ?? NaN));
  return counters;
};

const isGone = (xPostId: string, at: number): boolean =>
  deleted.has(xPostId) && at >= (byXPostId.get(xPostId)?.publishedAt ?? NaN) + dayMs;

const xOf =
  (context: Harness, meter: Map<string, number>): X =>
  ({ xPostIds }) => {
    const at = context.clock.now().getTime();
    if (at >= outage.from && at < outage.to) return { outcome: 'refused' };
    for (const xPostId of xPostIds.filter((id) => !isGone(id, at))) meter.set(`${xPostId}/${dayOf(new Date(at))}`, at);
    return {
      outcome: 'read',
      measuredAt: new Date(at).toISOString(),
      posts: xPostIds.map((xPostId) =>
        isGone(xPostId, at)
          ? { xPostId, metrics: null, why: 'deleted' }
          : { xPostId, metrics: countersOf(xPostId, at) },
      ),
    };
  };

test("a month of posts is read until final: totals equal X's, with at most five billed days a post on average", async () => {
  const context = harness(new Date(start));
  const meter = new Map<string, number>();
  const x = xOf(context, meter);
  const waiting = [...posts];
  let calls = 0;
  while (context.clock.now().getTime() < start + 61 * dayMs) {
    const now = context.clock.now().getTime();
    const out = waiting.splice(0, waiting.filter(({ publishedAt }) => publishedAt <= now).length);
    for (const { id, xPostId, accountId, publishedAt } of out) {
      await context.track({ id, accountId, xPostIds: [xPostId], publishedAt: new Date(publishedAt).toISOString() });
    }
    calls += (await context.sweep(x)).length;
    context.clock.pass(now < start + 32 * dayMs ? hourMs : 6 * hourMs);
  }

  const readingsOf = async (day: string, accountId: string): Promise<(PostReading & { measuredAt: string })[]> =>
    (await context.deps.readings.ofCohort({ workspaceId, accountId, day })).flatMap(({ measuredAt, readings }) =>
      readings.map((reading) => ({ ...reading, measuredAt })),
    );
  let eighth = 0;
  let impressions = 0;
  for (const post of posts) {
    const all = await readingsOf(dayOf(new Date(post.publishedAt)), post.accountId);
    const own = all.filter(({ postId }) => postId === post.id);
    const measured = own.filter(({ metrics }) => metrics !== null);
    // Each reading is what X showed at that moment; none was made twice.
    for (const { metrics, measuredAt } of measured) {
      expect(metrics).toEqual(countersOf(post.xPostId, Date.parse(measuredAt)));
    }
    expect(new Set(measured.map(({ measuredAt }) => measuredAt)).size).toBe(measured.length);
    if (measured.length === 8) eighth += 1;
    impressions += measured.at(-1)?.metrics?.impressions ?? NaN;
    if (deleted.has(post.xPostId)) expect(own.at(-1)?.availability).toBe('deleted');
    else expect(Date.parse(own.at(-1)?.measuredAt ?? '') - post.publishedAt).toBeGreaterThanOrEqual(28 * dayMs);
    const days = [...meter.keys()].filter((key) => key.startsWith(`${post.xPostId}/`)).length;
    // The outage delays a reading, which then falls on a day of its own.
    expect(days).toBeLessThanOrEqual(6);
  }
  expect(eighth).toBeGreaterThan(500);
  const billed = meter.size / posts.length;
  expect(billed).toBeLessThanOrEqual(5);

  const query = { from: '2026-10-01', to: '2026-10-31' };
  const { body } = await context.ask(getPerformanceOverview, getPerformanceOverview.response, { query });
  expect(body.figures.impressions).toEqual({ value: impressions, posts: 600, availability: 'available' });
  expect(body.coverage).toMatchObject({
    publishedPosts: 600,
    measuredPosts: 600,
    deletedPosts: 10,
    carriedForwardPosts: 10,
  });

  const top = await context.ask(listTopPosts, listTopPosts.response, { query: { ...query, metric: 'impressions' } });
  const [best] = top.body.posts;
  const { body: first } = await context.ask(getPostMetrics, getPostMetrics.response, {
    path: { postId: best?.postId ?? '' },
  });
  expect(first.latest?.metrics.impressions).toBe(best?.value);
  expect(calls).toBeLessThan(600 * 8);
});
