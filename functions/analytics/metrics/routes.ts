import { notFound } from '#shared/errors.ts';
import { type Route, route } from '#shared/http/route.ts';
import { instantAfter } from '#shared/time.ts';
import type { Deps } from '../deps.ts';
import { totalsOf } from '../domain/campaign-totals.ts';
import * as contract from './contract.ts';

/** Metrics of posts and campaigns. */
export const metricsRoutes = ({ posts, snapshots, campaigns, now }: Deps): Route[] => [
  route(contract.getPostMetrics, async ({ path: { postId }, query, caller: { workspaceId } }) => {
    const post = await posts.find(workspaceId, postId);
    if (!post) throw notFound('published post');
    const from = new Date(query.from ?? post.publishedAt);
    // Exclusive: a reading of this very millisecond belongs to it when no end is asked for.
    const to = new Date(query.to ?? instantAfter(now(), 1));
    return { ...post, postId, snapshots: from < to ? await snapshots.list(workspaceId, postId, from, to) : [] };
  }),
  route(contract.getCampaignMetrics, async ({ path: { campaignId }, caller: { workspaceId } }) => {
    if (!(await campaigns.isKnown(workspaceId, campaignId))) throw notFound('campaign');
    return totalsOf(campaignId, await posts.ofCampaign(workspaceId, campaignId));
  }),
];
