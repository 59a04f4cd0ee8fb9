import type { Table } from '#shared/dynamo.ts';
import { notFound } from '#shared/errors.ts';
import { healthRoutes, reachTable } from '#shared/http/health.ts';
import { route, type Route } from '#shared/http/route.ts';
import { instantAfter } from '#shared/time.ts';
import * as contract from './contract.ts';
import type { Deps } from './deps.ts';
import { totalsOf } from './domain/campaign-totals.ts';

/** The HTTP operations of analytics. */
export const routes = ({ posts, snapshots, campaigns, now }: Deps, table: Pick<Table, 'get'>): Route[] => [
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
  ...healthRoutes(contract.health, 'analytics', reachTable(table)),
];
