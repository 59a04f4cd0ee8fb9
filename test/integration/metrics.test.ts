import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { afterLaunch, launch } from '#infra/local/campaigns.ts';
import { eventually, Marketer, newXUser } from '#infra/local/marketer.ts';
import { expectProblem, whereIs } from '../support/integration/answers.ts';
import { spyOn } from '../support/integration/bus.ts';
import { becomes, campaignBecomes, inMs, plan, type Post, publish, write } from '../support/integration/desk.ts';
import { endOf, start } from '../support/integration/executions.ts';
import { stage } from '../support/integration/stage.ts';

const counters = ['impressions', 'likes', 'reposts', 'replies', 'quotes', 'bookmarks'] as const;
const Counts = z.object(Object.fromEntries(counters.map((name) => [name, z.number()])));
const Snapshot = z.object({ measuredAt: z.string(), metrics: Counts });
const PostMetrics = z.object({
  postId: z.string(),
  campaignId: z.string().nullable(),
  publishedAt: z.string(),
  availability: z.string(),
  isCarriedForward: z.boolean(),
  latest: Snapshot.nullable(),
  snapshots: z.array(Snapshot),
});
const CampaignMetrics = z.object({
  publishedPosts: z.number(),
  measuredPosts: z.number(),
  oldestMeasuredAt: z.string().nullable(),
  totals: Counts.nullable(),
});

const Overview = z.object({
  figures: z.object({ impressions: z.object({ value: z.number().nullable(), posts: z.number() }) }),
  coverage: z.object({ publishedPosts: z.number(), measuredPosts: z.number() }),
});

const maya = new Marketer(stage);
let accountId = '';
beforeAll(async () => {
  await maya.join();
  accountId = await maya.connect(await newXUser(stage));
});

const text = (what: string): string => `${what}, ${randomUUID()}.`;
const metricsOf = ({ id }: { id: string }, query = '') =>
  maya.do(PostMetrics, 'GET', `/v1/posts/${id}/metrics${query}`);

/** Reads the metrics that are due, as the schedule does each minute; another sweep may be running already. */
const sweep = async (): Promise<void> => {
  expect(await endOf(await start('sweep-metrics', '{}'))).toBe('SUCCEEDED');
};

/** Sweeps until a post is measured. */
const measured = (post: { id: string }) =>
  eventually('the metrics of a post', async () => {
    await sweep();
    const found = await metricsOf(post);
    return found.latest ? found : undefined;
  });

/** Waits until analytics knows that a post is published. */
const tracked = (post: { id: string }) =>
  eventually('the published post in analytics', async () => {
    const { status } = await maya.call('GET', `/v1/posts/${post.id}/metrics`);
    return status === 200 ? true : undefined;
  });

const published = async (...texts: string[]): Promise<Post> => {
  const post = await write(maya, accountId, ...texts);
  await publish(maya, post);
  await tracked(await becomes(maya, post, 'published'));
  return post;
};

describe('the metrics of a post', () => {
  test('come from the sweep, once per reading that is due, and are published in an event', async () => {
    await using spy = await spyOn((await whereIs(maya)).workspaceId);
    const post = await published(text('Measured'));
    const first = await measured(post);
    expect(first).toMatchObject({ availability: 'available', isCarriedForward: false, snapshots: [first.latest] });
    const isOfPost = ({ type, entityId }: { type: string; entityId: string }) =>
      type === 'post.metrics_updated' && entityId === post.id;
    const [told] = await spy.hears('post.metrics_updated', isOfPost);
    expect(told?.data).toMatchObject({ campaignId: null, metrics: first.snapshots[0]?.metrics });

    // X bills each reading: the next one is due in an hour.
    await sweep();
    expect((await metricsOf(post)).snapshots).toEqual(first.snapshots);

    // `from` is inclusive, `to` exclusive.
    const at = first.latest?.measuredAt ?? '';
    expect((await metricsOf(post, `?to=${at}`)).snapshots).toEqual([]);
    expect((await metricsOf(post, `?from=${at}`)).snapshots).toEqual(first.snapshots);
  });

  test('are read for a thread', async () => {
    const post = await published(text('One'), text('Two'));
    expect((await measured(post)).latest).not.toBeNull();
  });

  test('are refused with published_post_not_found for a draft, and with invalid_query for an invalid time', async () => {
    const { id } = await write(maya, accountId, text('A draft'));
    expectProblem(await maya.call('GET', `/v1/posts/${id}/metrics`), 404, 'published_post_not_found');
    expectProblem(await maya.call('GET', `/v1/posts/${id}/metrics?from=yesterday`), 400, 'invalid_query');
  });
});

describe('the totals of a campaign', () => {
  test('are the sums of the latest metrics of its posts', async () => {
    const posts = [await write(maya, accountId, text('One')), await write(maya, accountId, text('Two'))];
    const campaign = await plan(
      maya,
      posts.map(({ id }) => ({ postId: id, publishAt: afterLaunch() })),
    );
    await launch(maya, campaign);
    await campaignBecomes(maya, campaign, 'completed', ({ status }) => status === 'completed');
    await Promise.all(posts.map(tracked));
    const each = await Promise.all(posts.map(measured));
    expect(each.map(({ campaignId }) => campaignId)).toEqual([campaign.id, campaign.id]);
    await eventually('totals that are the sums', async () => {
      const totals = await maya.do(CampaignMetrics, 'GET', `/v1/campaigns/${campaign.id}/metrics`);
      const sums = counters.map((name) => each.reduce((sum, { latest }) => sum + (latest?.metrics[name] ?? NaN), 0));
      const isSum = JSON.stringify(counters.map((name) => totals.totals?.[name])) === JSON.stringify(sums);
      return isSum && totals.publishedPosts === 2 && totals.measuredPosts === 2 ? true : undefined;
    });
    const [today] = new Date().toISOString().split('T');
    const query = `?campaignId=${campaign.id}&from=${today}&to=${today}`;
    const { figures, coverage } = await maya.do(Overview, 'GET', `/v1/analytics/overview${query}`);
    const impressions = each.reduce((sum, { latest }) => sum + (latest?.metrics.impressions ?? NaN), 0);
    expect(figures.impressions).toMatchObject({ value: impressions, posts: 2 });
    expect(coverage).toMatchObject({ publishedPosts: 2, measuredPosts: 2 });
  });

  test('are null before any post is published', async () => {
    const { id: postId } = await write(maya, accountId, text('Later'));
    const { id } = await plan(maya, [{ postId, publishAt: inMs(86_400_000) }]);
    await eventually('the campaign in analytics', async () => {
      const answer = await maya.call('GET', `/v1/campaigns/${id}/metrics`);
      if (answer.status === 404) return undefined;
      expect(answer.body).toMatchObject({ publishedPosts: 0, measuredPosts: 0, totals: null });
      return true;
    });
  });
});
