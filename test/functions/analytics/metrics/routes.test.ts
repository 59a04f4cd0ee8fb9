import { beforeEach, describe, expect, test } from 'vitest';
import { CampaignCreated } from '#events/campaigns.ts';
import { health } from '#functions/analytics/health.ts';
import { getCampaignMetrics, getPostMetrics } from '#functions/analytics/metrics/contract.ts';
import { Problem } from '#shared/http/problem.ts';
import { newId } from '#shared/ids.ts';
import { instantAfter } from '#shared/time.ts';
import { anEvent } from '#test/support/context-harness.ts';
import { owner } from '#test/support/http-event.ts';
import { accountId, campaignId, type Harness, harness, metricsOf, noon, readAt } from '../harness.ts';

const after = (minutes: number) => instantAfter(noon, minutes * 60_000);
const { response: PostView } = getPostMetrics;
const { response: Totals } = getCampaignMetrics;
let context: Harness;

const campaignCreated = () => context.deliver(anEvent(CampaignCreated, campaignId, 1, {}, noon.toISOString()));

beforeEach(() => {
  context = harness(after(60));
});

describe('the metrics of a post', () => {
  test('are its snapshots over time, and the latest', async () => {
    const postId = await context.track({ campaignId });
    for (const minutes of [1, 2, 60]) await context.record([postId], readAt(after(minutes), metricsOf(minutes)));
    const { status, body } = await context.ask(getPostMetrics, PostView, { path: { postId } });
    expect(status).toBe(200);
    expect(body).toEqual({
      postId,
      accountId,
      campaignId,
      variant: null,
      publishedAt: noon.toISOString(),
      availability: 'available',
      isCarriedForward: false,
      latest: { measuredAt: after(60), metrics: metricsOf(60) },
      snapshots: [1, 2, 60].map((minutes) => ({ measuredAt: after(minutes), metrics: metricsOf(minutes) })),
    });
  });

  test('can be requested from an instant (inclusive) to another one (exclusive)', async () => {
    const postId = await context.track();
    for (const minutes of [1, 2, 3]) await context.record([postId], readAt(after(minutes), metricsOf(minutes)));
    const within = async (query: Record<string, string>) =>
      (await context.ask(getPostMetrics, PostView, { path: { postId }, query })).body.snapshots.map(
        ({ measuredAt }) => measuredAt,
      );
    expect(await within({ from: after(2), to: after(3) })).toEqual([after(2)]);
    expect(await within({ from: '2026-11-22T12:02:00Z' })).toEqual([after(2), after(3)]);
    expect(await within({ to: after(2) })).toEqual([after(1)]);
    const backwards = { path: { postId }, query: { from: after(3), to: after(2) } };
    expect(await context.ask(getPostMetrics, Problem, backwards)).toMatchObject({
      status: 400,
      body: { code: 'invalid_query', fields: [{ path: 'query.from' }, { path: 'query.to' }] },
    });
  });

  test('are empty before the first reading, and 404 for an unknown post or that of another workspace', async () => {
    const postId = await context.track();
    const fresh = await context.ask(getPostMetrics, PostView, { path: { postId } });
    expect(fresh.body).toMatchObject({ latest: null, snapshots: [] });
    const unknown = await context.ask(getPostMetrics, Problem, { path: { postId: newId('pst', noon) } });
    expect(unknown).toMatchObject({ status: 404, body: { code: 'published_post_not_found' } });
    const as = { ...owner, workspaceId: newId('wsp', noon) };
    expect((await context.ask(getPostMetrics, Problem, { path: { postId }, as })).status).toBe(404);
  });
});

describe('the totals of a campaign', () => {
  test('include how many posts they count and the time of the oldest reading', async () => {
    await campaignCreated();
    const xPostId = async (id: string) => context.track({ campaignId, xPostIds: [id] });
    for (const id of ['3', '5', '7']) await xPostId(id);
    await context.track({ campaignId: newId('cmp', noon), xPostIds: ['9'] });
    await context.sweep(({ xPostIds }) => ({
      outcome: 'read',
      measuredAt: after(60),
      // X omits one of them.
      posts: xPostIds
        .filter((id) => id !== '7')
        .map((id) => ({ xPostId: id, metrics: metricsOf(Number(id), id === '3' ? null : 5) })),
    }));
    const { status, body } = await context.ask(getCampaignMetrics, Totals, { path: { campaignId } });
    expect(status).toBe(200);
    expect(body).toEqual({
      campaignId,
      publishedPosts: 3,
      measuredPosts: 2,
      oldestMeasuredAt: after(60),
      totals: metricsOf(8, null),
    });
  });

  test('are null while nothing was read, and 404 for an unknown campaign', async () => {
    expect((await context.ask(getCampaignMetrics, Problem, { path: { campaignId } })).status).toBe(404);
    await campaignCreated();
    const { body } = await context.ask(getCampaignMetrics, Totals, { path: { campaignId } });
    expect(body).toMatchObject({ publishedPosts: 0, measuredPosts: 0, oldestMeasuredAt: null, totals: null });
  });
});

test('ready returns 503 while the table fails', async () => {
  expect((await context.ask(health.ready, health.ready.response)).status).toBe(200);
  const failing = harness(noon, { get: () => Promise.reject(new Error('unreachable')) });
  expect(await failing.ask(health.ready, Problem)).toMatchObject({ status: 503, body: { code: 'not_ready' } });
});
