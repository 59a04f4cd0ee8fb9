import { notFound } from '#shared/errors.ts';
import { type Route, route } from '#shared/http/route.ts';
import { instantAfter } from '#shared/time.ts';
import type { Deps } from '../deps.ts';
import { totalsOf } from '../domain/campaign-totals.ts';
import { measuredIn } from '../domain/reading.ts';
import { cohortOf } from '../domain/tracked-post.ts';
import * as contract from './contract.ts';

/** Routes of the metrics of posts and campaigns. */
export const metricsRoutes = ({ posts, readings, rollUps, campaigns, now }: Deps): Route[] => [
  route(contract.getPostMetrics, async ({ path: { postId }, query, caller: { workspaceId } }) => {
    const post = await posts.find(workspaceId, postId);
    if (!post) throw notFound('published post', 'The post is not in this workspace, or is not published yet.');
    const from = Date.parse(query.from ?? post.publishedAt);
    // Exclusive: without an end in the query, a reading of this very millisecond is included.
    const to = Date.parse(query.to ?? instantAfter(now(), 1));
    const own = await readings.ofPost(cohortOf(post), postId);
    const snapshots = measuredIn(own).map(({ measuredAt, metrics }) => ({ measuredAt, metrics }));
    const newest = own.at(-1);
    return {
      ...post,
      postId,
      variant: post.trial?.variant ?? null,
      availability: newest?.availability ?? 'delayed',
      latest: snapshots.at(-1) ?? null,
      isCarriedForward: snapshots.length > 0 && newest?.metrics === null,
      snapshots: snapshots.filter(({ measuredAt }) => Date.parse(measuredAt) >= from && Date.parse(measuredAt) < to),
    };
  }),
  route(contract.getCampaignMetrics, async ({ path: { campaignId }, caller: { workspaceId } }) => {
    if (!(await campaigns.find(workspaceId, campaignId))) throw notFound('campaign');
    const days = await rollUps.ofCampaign(workspaceId, campaignId);
    return totalsOf(
      campaignId,
      days.flatMap(({ content }) => content.posts),
    );
  }),
];
