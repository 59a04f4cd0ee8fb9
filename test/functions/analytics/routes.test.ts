import { beforeEach, describe, expect, test } from 'vitest';
import { CampaignCreated } from '#events/campaigns.ts';
import { health } from '#functions/analytics/health.ts';
import { getCampaignMetrics, getPostMetrics } from '#functions/analytics/metrics/contract.ts';
import { routes } from '#functions/analytics/routes.ts';
import { subscriptions } from '#functions/analytics/subscriptions.ts';
import { Problem } from '#shared/http/problem.ts';
import { newId } from '#shared/ids.ts';
import { instantAfter } from '#shared/time.ts';
import { owner } from '#test/support/http-event.ts';
import { type MemoryAnalytics, memoryAnalytics } from '#test/support/memory/analytics.ts';
import { caller, deliver } from '../campaigns/drive.ts';
import { accountId, campaignId, metricsOf, noon, published, readAt, record, track } from './harness.ts';

const after = (minutes: number) => instantAfter(noon, minutes * 60_000);
const { response: PostView } = getPostMetrics;
const { response: Totals } = getCampaignMetrics;
let memory: MemoryAnalytics;
let ask: ReturnType<typeof caller>;

const campaignCreated = () =>
  deliver(subscriptions(memory), {
    definition: CampaignCreated,
    detail: { ...published().detail, entityId: campaignId, data: {} },
  });

beforeEach(() => {
  memory = memoryAnalytics(() => new Date(after(60)));
  ask = caller('analytics', routes(memory, { get: async () => undefined }));
});

describe('the metrics of a post', () => {
  test('are its snapshots over time, and the latest', async () => {
    const postId = await track(memory, { campaignId });
    for (const minutes of [1, 2, 60]) await record(memory, [postId], readAt(after(minutes), metricsOf(minutes)));
    const { status, body } = await ask(getPostMetrics, PostView, { path: { postId } });
    expect(status).toBe(200);
    expect(body).toEqual({
      postId,
      accountId,
      campaignId,
      publishedAt: noon.toISOString(),
      latest: { measuredAt: after(60), metrics: metricsOf(60) },
      snapshots: [1, 2, 60].map((minutes) => ({ measuredAt: after(minutes), metrics: metricsOf(minutes) })),
    });
  });

  test('can be asked for from an instant (inclusive) to another one (exclusive)', async () => {
    const postId = await track(memory);
    for (const minutes of [1, 2, 3]) await record(memory, [postId], readAt(after(minutes), metricsOf(minutes)));
    const within = async (query: Record<string, string>) =>
      (await ask(getPostMetrics, PostView, { path: { postId }, query })).body.snapshots.map(
        ({ measuredAt }) => measuredAt,
      );
    expect(await within({ from: after(2), to: after(3) })).toEqual([after(2)]);
    expect(await within({ from: '2026-11-22T12:02:00Z' })).toEqual([after(2), after(3)]);
    expect(await within({ to: after(2) })).toEqual([after(1)]);
    const backwards = { path: { postId }, query: { from: after(3), to: after(2) } };
    expect(await ask(getPostMetrics, Problem, backwards)).toMatchObject({
      status: 400,
      body: { code: 'invalid_query', fields: [{ path: 'query.from' }, { path: 'query.to' }] },
    });
  });

  test('are none before the first reading, and unknown for a post that is not out', async () => {
    const postId = await track(memory);
    const fresh = await ask(getPostMetrics, PostView, { path: { postId } });
    expect(fresh.body).toMatchObject({ latest: null, snapshots: [] });
    const unknown = await ask(getPostMetrics, Problem, { path: { postId: newId('pst', noon) } });
    expect(unknown).toMatchObject({ status: 404, body: { code: 'published_post_not_found' } });
    const as = { ...owner, workspaceId: newId('wsp', noon) };
    expect((await ask(getPostMetrics, Problem, { path: { postId }, as })).status).toBe(404);
  });
});

describe('the totals of a campaign', () => {
  test('say how many posts they count and how old the oldest reading is', async () => {
    await campaignCreated();
    const [one, two] = [await track(memory, { campaignId }), await track(memory, { campaignId })];
    await track(memory, { campaignId });
    await track(memory, { campaignId: newId('cmp', noon) });
    await record(memory, [one], readAt(after(5), metricsOf(5)));
    await record(memory, [two], readAt(after(3), metricsOf(3, null)));
    const { status, body } = await ask(getCampaignMetrics, Totals, { path: { campaignId } });
    expect(status).toBe(200);
    expect(body).toEqual({
      campaignId,
      publishedPosts: 3,
      measuredPosts: 2,
      oldestMeasuredAt: after(3),
      totals: metricsOf(8, null),
    });
  });

  test('are none while nothing was read, and unknown for a campaign that is not there', async () => {
    expect((await ask(getCampaignMetrics, Problem, { path: { campaignId } })).status).toBe(404);
    await campaignCreated();
    const { body } = await ask(getCampaignMetrics, Totals, { path: { campaignId } });
    expect(body).toMatchObject({ publishedPosts: 0, measuredPosts: 0, oldestMeasuredAt: null, totals: null });
  });
});

test('is ready when its table answers', async () => {
  expect((await ask(health.ready, health.ready.response)).status).toBe(200);
});
