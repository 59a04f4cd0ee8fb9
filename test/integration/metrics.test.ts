import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { launch } from '#infra/local/campaigns.ts';
import { eventually, Marketer, newXUser } from '#infra/local/marketer.ts';
import { soon } from '#infra/local/slowness.ts';
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
  latest: Snapshot.nullable(),
  snapshots: z.array(Snapshot),
});
const CampaignMetrics = z.object({
  publishedPosts: z.number(),
  measuredPosts: z.number(),
  oldestMeasuredAt: z.string().nullable(),
  totals: Counts.nullable(),
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

/** Reads the metrics of whatever is due, as the schedule does each minute. */
const sweep = async (): Promise<void> => {
  expect(await endOf(await start('sweep-metrics', '{}'))).toBe('SUCCEEDED');
};

/** Waits until analytics has heard that a post is out. */
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
  test('come with the sweep, one snapshot each, and are told', async () => {
    await using spy = await spyOn((await whereIs(maya)).workspaceId);
    const post = await published(text('Measured'));
    await sweep();
    const first = await metricsOf(post);
    expect(first.latest).toEqual(first.snapshots.at(-1));
    expect(first.snapshots.length).toBeGreaterThanOrEqual(1);
    const isOfPost = ({ type, entityId }: { type: string; entityId: string }) =>
      type === 'post.metrics_updated' && entityId === post.id;
    const [told] = await spy.hears('post.metrics_updated', isOfPost);
    expect(told?.data).toMatchObject({ campaignId: null, metrics: first.snapshots[0]?.metrics });

    await sweep();
    const second = await metricsOf(post);
    expect(second.snapshots.length).toBeGreaterThan(first.snapshots.length);
    const times = second.snapshots.map(({ measuredAt }) => measuredAt);
    expect(times).toEqual([...new Set(times)].sort());
    for (const name of counters) {
      const values = second.snapshots.map(({ metrics }) => metrics[name] ?? -1);
      expect(values, `${name} never falls`).toEqual(values.toSorted((one, other) => one - other));
    }

    // From is inclusive, to exclusive.
    const [from = '', to = ''] = [times[0], times.at(-1)];
    const within = await metricsOf(post, `?from=${from}&to=${to}`);
    expect(within.snapshots.map(({ measuredAt }) => measuredAt)).toEqual(times.slice(0, -1));
    expect((await metricsOf(post, `?from=${to}`)).snapshots.map(({ measuredAt }) => measuredAt)).toContain(to);
  });

  test('of a thread are those of all its parts', async () => {
    const post = await published(text('One'), text('Two'));
    await sweep();
    expect((await metricsOf(post)).latest).not.toBeNull();
  });

  test('are not there for a post that is not out, or not ours', async () => {
    const { id } = await write(maya, accountId, text('A draft'));
    expectProblem(await maya.call('GET', `/v1/posts/${id}/metrics`), 404, 'published_post_not_found');
    expectProblem(await maya.call('GET', `/v1/posts/${id}/metrics?from=yesterday`), 400, 'invalid_query');
  });
});

describe('the totals of a campaign', () => {
  test('are the sums of the latest readings of its posts', async () => {
    const posts = [await write(maya, accountId, text('One')), await write(maya, accountId, text('Two'))];
    const campaign = await plan(
      maya,
      posts.map(({ id }) => ({ postId: id, publishAt: soon() })),
    );
    await launch(maya, campaign);
    await campaignBecomes(maya, campaign, 'completed', ({ status }) => status === 'completed');
    await Promise.all(posts.map(tracked));
    await sweep();
    // A sweep of the schedule may come between: then they are read again.
    await eventually('totals that are the sums', async () => {
      const totals = await maya.do(CampaignMetrics, 'GET', `/v1/campaigns/${campaign.id}/metrics`);
      const each = await Promise.all(posts.map((post) => metricsOf(post)));
      expect(each.map(({ campaignId }) => campaignId)).toEqual([campaign.id, campaign.id]);
      const sums = counters.map((name) => each.reduce((sum, { latest }) => sum + (latest?.metrics[name] ?? NaN), 0));
      expect(totals).toMatchObject({ publishedPosts: 2, measuredPosts: 2 });
      const isSum = JSON.stringify(counters.map((name) => totals.totals?.[name])) === JSON.stringify(sums);
      return isSum ? true : undefined;
    });
  });

  test('are none before anything is out', async () => {
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
