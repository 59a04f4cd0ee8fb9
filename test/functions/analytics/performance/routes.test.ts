import { beforeEach, describe, expect, test } from 'vitest';
import { AccountConnected, AccountMetricsUpdated } from '#events/accounts.ts';
import { CampaignChanged, CampaignCreated, CampaignSlotClaimed } from '#events/campaigns.ts';
import { PostFailed, PostHeld } from '#events/posts.ts';
import {
  getAccountGrowth,
  getCampaignPerformance,
  getPerformanceOverview,
  getPerformanceSeries,
  getPublishingReliability,
  listTopPosts,
} from '#functions/analytics/performance/contract.ts';
import { Problem } from '#shared/http/problem.ts';
import { newId } from '#shared/ids.ts';
import { anEvent } from '#test/support/context-harness.ts';
import { owner } from '#test/support/http-event.ts';
import { accountId, campaignId, type Harness, harness, metricsOf, noon } from '../harness.ts';

const other = 'acc_01KATJ9V5H8Q3M4N5P6R7S8T9W';
let context: Harness;

beforeEach(() => {
  context = harness('2026-11-30T12:00:00.000Z');
});

/** Publishes posts and reads them; all counters of a post are its `count`. */
const publish = async (...posts: (Parameters<Harness['track']>[0] & { count: number })[]): Promise<string[]> => {
  const counts = new Map<string, number>();
  const ids: string[] = [];
  for (const [place, { count, ...post }] of posts.entries()) {
    const xPostId = String(1_000 + ids.length + place);
    counts.set(xPostId, count);
    ids.push(await context.track({ ...post, xPostIds: [xPostId] }));
  }
  await context.sweep(context.x((xPostId) => metricsOf(counts.get(xPostId) ?? NaN)));
  return ids;
};

const at = (time: string) => `${time}:00.000Z`;
const november = { from: '2026-11-01', to: '2026-11-30' };

describe('the overview of a period', () => {
  const ask = async (query: Record<string, string>) =>
    (await context.ask(getPerformanceOverview, getPerformanceOverview.response, { query })).body;

  test('adds up the posts published in it, with the coverage of the numbers', async () => {
    await publish(
      { count: 10, publishedAt: at('2026-11-20T10:00'), costMicros: 15_000 },
      { count: 30, publishedAt: at('2026-11-21T10:00'), costMicros: 200_000, accountId: other },
      { count: 99, publishedAt: at('2026-10-31T23:59'), costMicros: 15_000 },
    );
    await context.track({ publishedAt: at('2026-11-30T11:59'), xPostIds: ['7'] });
    await context.sweep(() => ({ outcome: 'refused' }));
    const { figures, costs, coverage, previous, period } = await ask(november);
    expect(period).toEqual({ ...november, timeZone: 'UTC' });
    expect(coverage).toMatchObject({ publishedPosts: 3, measuredPosts: 2, carriedForwardPosts: 0, source: 'x' });
    expect(figures.impressions).toEqual({ value: 40, posts: 2, availability: 'available' });
    expect(figures.engagements).toEqual({ value: 7 * 40, posts: 2, availability: 'available' });
    expect(figures.engagement_rate.value).toBe(7);
    expect(figures.posts.value).toBe(3);
    expect(costs).toMatchObject({
      costMicros: { value: 215_000, posts: 3 },
      costPerEngagementMicros: { value: Math.round(215_000 / 280) },
    });
    expect(previous).toBeNull();
    const own = await ask({ ...november, accountId: other });
    expect(own).toMatchObject({ figures: { impressions: { value: 30 } }, coverage: { publishedPosts: 1 } });
  });

  test('compares with the days before, unless too few of their posts were measured', async () => {
    await publish(
      { count: 10, publishedAt: at('2026-11-18T10:00') },
      { count: 15, publishedAt: at('2026-11-25T10:00') },
    );
    const week = { from: '2026-11-22', to: '2026-11-28', compare: 'previous' };
    const { previous } = await ask(week);
    expect(previous).toMatchObject({
      period: { from: '2026-11-15', to: '2026-11-21' },
      isComparable: true,
      changes: { impressions: 0.5, posts: 0 },
    });
    await context.track({ publishedAt: at('2026-11-19T10:00'), xPostIds: ['7'] });
    await context.sweep(() => ({ outcome: 'refused' }));
    expect((await ask(week)).previous?.isComparable).toBe(false);
  });

  test('gives the reason for a missing number', async () => {
    await context.track({ publishedAt: at('2026-11-20T10:00') });
    await context.sweep(({ xPostIds }) => ({
      outcome: 'read',
      measuredAt: context.clock.now().toISOString(),
      posts: xPostIds.map((xPostId) => ({ xPostId, metrics: null, why: 'deleted' })),
    }));
    expect((await ask(november)).figures.impressions).toEqual({ value: null, posts: 0, availability: 'deleted' });
    await context.track({ publishedAt: at('2026-11-10T10:00'), xPostIds: ['101'] });
    await context.sweep(context.x(() => metricsOf(4, null)));
    const { figures } = await ask({ from: '2026-11-10', to: '2026-11-10' });
    expect(figures.link_clicks).toEqual({ value: null, posts: 0, availability: 'unsupported' });
    expect(figures.likes).toEqual({ value: 4, posts: 1, availability: 'available' });
    // No posts are a known zero, not a gap.
    const empty = await ask({ from: '2026-11-01', to: '2026-11-02' });
    expect(empty.figures.likes).toEqual({ value: 0, posts: 0, availability: 'available' });
    expect(empty.figures.engagement_rate.value).toBeNull();
  });

  test("counts short link clicks beside X's link clicks, for posts that have short links", async () => {
    const [one = '', two = ''] = await Promise.all(
      ['1', '2', '3'].map(async (xPostId) =>
        context.track({ publishedAt: at('2026-11-20T10:00'), xPostIds: [xPostId] }),
      ),
    );
    const clicked = [
      { postId: one, clicks: 7 },
      { postId: two, clicks: 0 },
    ];
    await context.sweep(
      context.x(() => metricsOf(4)),
      undefined,
      clicked,
    );
    const read = async () => (await ask(november)).figures;
    const counted = { value: 7, posts: 2, availability: 'available' };
    expect(await read()).toMatchObject({ short_link_clicks: counted, link_clicks: { value: 12, posts: 3 } });
    await context.track({ publishedAt: at('2026-11-10T10:00'), xPostIds: ['4'] });
    await context.sweep(context.x());
    const none = await ask({ from: '2026-11-10', to: '2026-11-10' });
    expect(none.figures.short_link_clicks).toEqual({ value: null, posts: 0, availability: 'unsupported' });
    // Clicks that could not be counted leave the rest of the reading intact.
    context.clock.set('2026-12-19T12:00:00.000Z');
    await context.sweep(context.x(() => metricsOf(5)));
    expect(await read()).toMatchObject({ short_link_clicks: counted, link_clicks: { value: 16, posts: 4 } });
  });

  test('covers the last 28 days by default, in the requested time zone', async () => {
    context.clock.set('2026-11-30T23:30:00.000Z');
    expect((await ask({})).period).toEqual({ from: '2026-11-03', to: '2026-11-30', timeZone: 'UTC' });
    expect((await ask({ timeZone: 'Asia/Kolkata' })).period).toEqual({
      ...{ from: '2026-11-04', to: '2026-12-01', timeZone: 'Asia/Kolkata' },
    });
  });

  test.each([
    [{ timeZone: 'EST' }, 'invalid_time_zone', 'query.timeZone'],
    [{ timeZone: '+01:00' }, 'invalid_query', 'query.timeZone'],
    [{ from: '2027-01-01' }, 'invalid_period', 'query.from'],
    [{ from: '2024-01-01' }, 'invalid_period', 'query.from'],
    [{ from: '2024-01-01', to: '2026-01-01' }, 'invalid_query', 'query.to'],
    [{ from: '2026-11-02', to: '2026-11-01' }, 'invalid_query', 'query.from'],
    [{ from: '2026-02-30' }, 'invalid_query', 'query.from'],
    [{ to: '9999-12-31' }, 'invalid_query', 'query.to'],
    [{ from: '0001-01-01', to: '0001-01-02' }, 'invalid_query', 'query.from'],
    [{ compare: 'lastYear' }, 'invalid_query', 'query.compare'],
    [{ accountId: 'acme' }, 'invalid_query', 'query.accountId'],
  ])('rejects %j', async (query, code, path) => {
    const { status, body } = await context.ask(getPerformanceOverview, Problem, { query });
    expect({ status, code: body.code }).toEqual({ status: 400, code });
    expect(body.fields?.map((field) => field.path)).toContain(path);
  });

  test('shows costs only to roles that may read usage', async () => {
    await publish({ count: 10, publishedAt: at('2026-11-20T10:00'), costMicros: 15_000, campaignId });
    await context.deliver(anEvent(CampaignCreated, campaignId, 1, { budgetMicros: 5 }, noon.toISOString()));
    const as = { ...owner, role: 'analyst' as const };
    const { body } = await context.ask(getPerformanceOverview, getPerformanceOverview.response, {
      query: november,
      as,
    });
    expect(body.figures.impressions.value).toBe(10);
    expect(JSON.stringify(body)).not.toMatch(/cost|micros/i);
    const path = { campaignId };
    const campaign = await context.ask(getCampaignPerformance, getCampaignPerformance.response, { path, as });
    expect(campaign.body.posts).toHaveLength(1);
    expect(JSON.stringify(campaign.body)).not.toMatch(/cost|micros|budget/i);
    const top = await context.ask(listTopPosts, listTopPosts.response, { query: november, as });
    expect(JSON.stringify(top.body)).not.toMatch(/cost|micros/i);
  });

  test('of another workspace is empty', async () => {
    await publish({ count: 10, publishedAt: at('2026-11-20T10:00') });
    const as = { ...owner, workspaceId: newId('wsp', noon) };
    const { body } = await context.ask(getPerformanceOverview, getPerformanceOverview.response, {
      query: november,
      as,
    });
    expect(body.coverage.publishedPosts).toBe(0);
  });
});

describe('a series', () => {
  const ask = async (query: Record<string, string>) =>
    (
      await context.ask(getPerformanceSeries, getPerformanceSeries.response, {
        query: { metric: 'impressions', ...query },
      })
    ).body;
  const valuesOf = ({ series }: Awaited<ReturnType<typeof ask>>) =>
    series.map(({ points }) => points.map(({ value }) => value));

  test('has a point for each interval of the time zone, also across a clock change', async () => {
    context.clock.set('2026-11-05T12:00:00.000Z');
    await publish(
      // In New York clocks were put back on November 1, at 02:00: the day had 25 hours.
      { count: 1, publishedAt: at('2026-11-01T03:59') },
      { count: 2, publishedAt: at('2026-11-01T04:00') },
      { count: 4, publishedAt: at('2026-11-02T04:59') },
      { count: 8, publishedAt: at('2026-11-02T05:00') },
    );
    const days = await ask({ from: '2026-10-31', to: '2026-11-02', timeZone: 'America/New_York' });
    expect(valuesOf(days)).toEqual([[1, 6, 8]]);
    expect(days.series[0]?.points.map((point) => point.at)).toEqual([
      at('2026-10-31T04:00'),
      at('2026-11-01T04:00'),
      at('2026-11-02T05:00'),
    ]);
    const hours = await ask({
      from: '2026-11-01',
      to: '2026-11-01',
      timeZone: 'America/New_York',
      granularity: 'hour',
    });
    expect(hours.series[0]?.points).toHaveLength(25);
    const quarter = await ask({ from: '2026-11-01', to: '2026-11-01', timeZone: 'Asia/Kathmandu' });
    expect(valuesOf(quarter)).toEqual([[3]]);
  });

  test('cuts weeks and months at the ends of the period', async () => {
    await publish(
      { count: 1, publishedAt: at('2026-11-04T10:00') },
      { count: 2, publishedAt: at('2026-11-09T10:00') },
      { count: 4, publishedAt: at('2026-11-28T10:00') },
    );
    const weeks = await ask({ from: '2026-11-04', to: '2026-11-10', granularity: 'week' });
    expect(weeks.series[0]?.points.map((point) => [point.at, point.value])).toEqual([
      [at('2026-11-04T00:00'), 1],
      [at('2026-11-09T00:00'), 2],
    ]);
    expect(valuesOf(await ask({ from: '2026-10-15', to: '2026-11-28', granularity: 'month' }))).toEqual([[0, 7]]);
  });

  test('is grouped by account, campaign and variant', async () => {
    const id = newId('pst', noon);
    await context.deliver(anEvent(CampaignCreated, campaignId, 1, { maturityHours: 72 }, noon.toISOString()));
    const claimed = { campaignId, slotId: newId('slt', noon), postId: id, variant: 'b' };
    await context.deliver(anEvent(CampaignSlotClaimed, claimed.slotId, 1, claimed, noon.toISOString()));
    const publishedAt = at('2026-11-20T10:00');
    await publish(
      { count: 1, publishedAt, id, campaignId },
      { count: 2, publishedAt, accountId: other },
      { count: 4, publishedAt, accountId: other, campaignId },
    );
    const day = { from: '2026-11-20', to: '2026-11-20' };
    const groups = async (query: Record<string, string>) =>
      (await ask({ ...day, ...query })).series.map(({ group, points }) => [group, points[0]?.value]);
    expect(await groups({ groupBy: 'account' })).toEqual([
      [accountId, 1],
      [other, 6],
    ]);
    expect(await groups({ groupBy: 'campaign' })).toEqual([[campaignId, 5]]);
    expect(await groups({ groupBy: 'account', campaignId })).toEqual([
      [accountId, 1],
      [other, 4],
    ]);
    expect(await groups({ groupBy: 'variant', campaignId })).toEqual([['b', 1]]);
    const { body } = await context.ask(getPerformanceSeries, Problem, {
      query: { metric: 'likes', groupBy: 'variant' },
    });
    expect(body).toMatchObject({ code: 'variant_needs_campaign', fields: [{ path: 'query.campaignId' }] });
  });

  test('is compared with the days before', async () => {
    await publish({ count: 1, publishedAt: at('2026-11-19T10:00') }, { count: 2, publishedAt: at('2026-11-20T10:00') });
    const { previous } = await ask({ from: '2026-11-20', to: '2026-11-20', compare: 'previous' });
    expect(previous?.map((point) => point.value)).toEqual([1]);
  });

  test.each([
    [{ granularity: 'hour', from: '2026-01-01', to: '2026-11-30' }, 'too_many_points'],
    [{ granularity: 'minute' }, 'invalid_query'],
    [{ metric: 'reach' }, 'invalid_query'],
    [{ groupBy: 'weather' }, 'invalid_query'],
  ])('rejects %j', async (query, code) => {
    const { status, body } = await context.ask(getPerformanceSeries, Problem, { query: { metric: 'likes', ...query } });
    expect({ status, code: body.code }).toEqual({ status: 400, code });
  });
});

test('the top posts are the best or weakest posts of the period by the requested metric', async () => {
  const ids = await publish(
    { count: 5, publishedAt: at('2026-11-20T10:00') },
    { count: 9, publishedAt: at('2026-11-21T10:00') },
    { count: 1, publishedAt: at('2026-11-22T10:00') },
    { count: 99, publishedAt: at('2026-10-22T10:00') },
  );
  const ask = async (query: Record<string, string>) =>
    (await context.ask(listTopPosts, listTopPosts.response, { query: { ...november, ...query } })).body.posts;
  expect((await ask({ metric: 'likes' })).map(({ postId, value }) => [postId, value])).toEqual([
    [ids[1], 9],
    [ids[0], 5],
    [ids[2], 1],
  ]);
  const weakest = await ask({ metric: 'impressions', order: 'bottom', limit: '1' });
  expect(weakest.map(({ postId }) => postId)).toEqual([ids[2]]);
});

test('reliability gives lateness percentiles, and counts failed and held posts by code', async () => {
  const publishedAt = at('2026-11-20T10:00');
  const late = (milliseconds: number) => ({
    ...{ count: 1, publishedAt, dueAt: new Date(Date.parse(publishedAt) - milliseconds).toISOString() },
  });
  await publish(late(1_000), late(2_000), late(60_000));
  const problem = (code: string) => ({ accountId, campaignId: null, code, reason: 'Because.' });
  const when = at('2026-11-21T10:00');
  await context.deliver(anEvent(PostFailed, newId('pst', noon), 3, problem('x_refused'), when));
  await context.deliver(anEvent(PostHeld, newId('pst', noon), 3, problem('campaign_paused'), when));
  await context.deliver(anEvent(PostHeld, newId('pst', noon), 3, problem('campaign_paused'), when));
  const { body } = await context.ask(getPublishingReliability, getPublishingReliability.response, { query: november });
  expect(body).toMatchObject({
    publishedPosts: 3,
    failed: { x_refused: 1 },
    held: { campaign_paused: 2 },
    missed: {},
  });
  expect(Math.abs((body.lateness.p50Ms ?? NaN) - 2_000)).toBeLessThan(180);
  expect(Math.abs((body.lateness.p99Ms ?? NaN) - 60_000)).toBeLessThan(5_400);
  const elsewhere = { ...november, accountId: other };
  const none = await context.ask(getPublishingReliability, getPublishingReliability.response, { query: elsewhere });
  expect(none.body).toMatchObject({ publishedPosts: 0, failed: {}, lateness: { p50Ms: null } });
});

test('campaign performance gives goals, budget, variants, accounts, hours and posts', async () => {
  const path = { campaignId };
  expect((await context.ask(getCampaignPerformance, Problem, { path })).status).toBe(404);
  const created = { goals: [{ metric: 'impressions', target: 100 }], budgetMicros: 1_000_000, maturityHours: 72 };
  await context.deliver(anEvent(CampaignCreated, campaignId, 1, created, noon.toISOString()));
  const id = newId('pst', noon);
  const claimed = { campaignId, slotId: newId('slt', noon), postId: id, variant: 'b' };
  await context.deliver(anEvent(CampaignSlotClaimed, claimed.slotId, 1, claimed, noon.toISOString()));
  await publish(
    { count: 10, id, campaignId, publishedAt: at('2026-11-20T10:00'), costMicros: 15_000 },
    { count: 30, campaignId, publishedAt: at('2026-11-21T22:30'), accountId: other, costMicros: 200_000 },
  );
  const changed = { ...created, goals: [...created.goals, { metric: 'follows', target: 5 }] };
  await context.deliver(anEvent(CampaignChanged, campaignId, 2, changed, noon.toISOString()));
  const { body } = await context.ask(getCampaignPerformance, getCampaignPerformance.response, {
    ...{ path, query: { timeZone: 'Asia/Kolkata' } },
  });
  expect(body.goals).toMatchObject([
    { metric: 'impressions', target: 100, figure: { value: 40 }, share: 0.4 },
    { metric: 'follows', figure: { value: null, availability: 'unsupported' }, share: null },
  ]);
  expect(body.budget).toEqual({ maxMicros: 1_000_000, spentMicros: 215_000 });
  expect(body.byVariant).toMatchObject([{ variant: 'b', figures: { impressions: { value: 10 } } }]);
  expect(body.byAccount.map((each) => [each.accountId, each.figures.likes.value])).toEqual([
    [accountId, 10],
    [other, 30],
  ]);
  expect(body.byHour.map(({ hour }) => hour)).toEqual([4, 15]);
  expect(body.posts.map(({ latest }) => latest?.metrics.likes)).toEqual([10, 30]);
});

describe('the growth of an account', () => {
  const learn = async (day: string, followers: number, hour = '09') =>
    context.deliver(
      anEvent(
        AccountMetricsUpdated,
        accountId,
        (version += 1),
        { measuredAt: at(`${day}T${hour}:00`), metrics: { followers, following: 3, posts: 10, listed: 1 } },
        at(`${day}T${hour}:00`),
      ),
    );
  let version = 1;
  beforeEach(async () => {
    const connected = { xUserId: '1', username: 'acme', capabilities: { maxWeightedLength: 280 } };
    await context.deliver(anEvent(AccountConnected, accountId, 1, connected, noon.toISOString()));
  });
  const ask = async (query: Record<string, string>) =>
    (await context.ask(getAccountGrowth, getAccountGrowth.response, { path: { accountId }, query })).body;

  test('has a value for each day and marks days without a reading', async () => {
    await learn('2026-11-18', 90);
    await learn('2026-11-21', 110);
    await learn('2026-11-21', 120, '18');
    // A late event of an earlier reading changes nothing.
    await learn('2026-11-21', 100, '03');
    const { days, change } = await ask({ from: '2026-11-17', to: '2026-11-22' });
    expect(days.map(({ day, metrics, isCarriedForward }) => [day, metrics.followers, isCarriedForward])).toEqual([
      ['2026-11-18', 90, false],
      ['2026-11-19', 90, true],
      ['2026-11-20', 90, true],
      ['2026-11-21', 120, false],
      ['2026-11-22', 120, true],
    ]);
    expect(change).toEqual({ followers: 30 });
    const later = await ask({ from: '2026-11-20', to: '2026-11-20' });
    expect(later).toMatchObject({ days: [{ metrics: { followers: 90 }, isCarriedForward: true }], change: null });
  });

  test('is empty before the first reading, and 404 for an account of another workspace', async () => {
    await learn('2026-11-18', 90);
    const as = { ...owner, workspaceId: newId('wsp', noon) };
    const { status, body } = await context.ask(getAccountGrowth, Problem, { path: { accountId }, as });
    expect({ status, code: body.code }).toEqual({ status: 404, code: 'account_not_found' });
    expect(await ask({ from: '2026-11-01', to: '2026-11-02' })).toMatchObject({ days: [], change: null });
  });
});
