import { expect, test } from 'vitest';
import { knownCampaignStore } from '#functions/analytics/store/known-campaigns.ts';
import { snapshotStore } from '#functions/analytics/store/snapshots.ts';
import { trackedPostStore } from '#functions/analytics/store/tracked-posts.ts';
import { newId } from '#shared/ids.ts';
import { instantAfter } from '#shared/time.ts';
import { person } from '#test/support/context-harness.ts';
import { onTable } from '#test/support/on-table.ts';
import { accountId, campaignId, metricsOf, noon, workspaceId } from '../harness.ts';

const now = () => noon;
const indexes = ['byDue', 'byCampaign'];
const postOf = () => ({
  id: newId('pst', noon),
  workspaceId,
  accountId,
  campaignId,
  xPostIds: ['100'],
  publishedAt: noon.toISOString(),
  nextSweepAt: noon.toISOString(),
  latest: null,
});

test('posts are due from their very instant on, until they are swept no more', async () => {
  await onTable(indexes, now, async (table) => {
    const posts = trackedPostStore(table);
    const made = Array.from({ length: 30 }, postOf);
    for (const post of made) await posts.track(post, person);
    expect(await posts.due(noon, 2000)).toHaveLength(30);
    expect(await posts.due(new Date(noon.getTime() - 1), 2000)).toEqual([]);
    expect((await posts.due(noon, 8)).length).toBeLessThanOrEqual(8);

    const one = await posts.find(workspaceId, made[0]?.id ?? '');
    if (!one) throw new Error('not tracked');
    await posts.save({ ...one, nextSweepAt: null }, person);
    // To be told of it again does not begin anew.
    await posts.track({ ...postOf(), id: one.id }, person);
    expect(await posts.due(noon, 2000)).toHaveLength(29);
    expect(await posts.ofCampaign(workspaceId, campaignId)).toHaveLength(30);
  });
});

test('snapshots of a day are packed, each kept once even when sweeps cross', async () => {
  await onTable(indexes, now, async (table) => {
    const snapshots = snapshotStore(table);
    const postId = newId('pst', noon);
    const at = (seconds: number) => instantAfter('2026-11-22T23:50:00.000Z', seconds * 1000);
    const add = (seconds: number) =>
      snapshots.add(workspaceId, postId, { measuredAt: at(seconds), metrics: metricsOf(seconds) });
    const counts = async (from: number, to: number) =>
      (await snapshots.list(workspaceId, postId, new Date(at(from)), new Date(at(to)))).map(
        ({ metrics }) => metrics.likes,
      );

    await Promise.all([0, 1, 2, 3, 4, 5, 0, 3].map(add));
    await add(900);
    expect(await counts(0, 1000)).toEqual([0, 1, 2, 3, 4, 5, 900]);
    expect(await counts(1, 3)).toEqual([1, 2]);
    for (let second = 6; second < 110; second += 1) await add(second);
    expect(await counts(0, 600)).toHaveLength(100);
  });
});

test('a campaign is known once it was told of', async () => {
  await onTable(indexes, now, async (table) => {
    const campaigns = knownCampaignStore(table);
    expect(await campaigns.isKnown(workspaceId, campaignId)).toBe(false);
    await campaigns.learn(workspaceId, campaignId);
    await campaigns.learn(workspaceId, campaignId);
    expect(await campaigns.isKnown(workspaceId, campaignId)).toBe(true);
  });
});
