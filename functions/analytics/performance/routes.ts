import { notFound } from '#shared/errors.ts';
import { type Route, route } from '#shared/http/route.ts';
import { knownTimeZone } from '#shared/http/time-zone.ts';
import { mayDo } from '#shared/permissions.ts';
import type { Deps } from '../deps.ts';
import { coverageOf } from '../domain/figures.ts';
import { ranked, valueOf } from '../domain/listed-posts.ts';
import { findCells, totalOf } from '../totals/cells.ts';
import { spanOf } from '../totals/period.ts';
import { accountGrowth } from './account-growth.ts';
import { askedPeriod } from './asked-period.ts';
import { campaignPerformance } from './campaign.ts';
import * as contract from './contract.ts';
import { overview } from './overview.ts';
import { reliability } from './reliability.ts';
import { series } from './series.ts';

/** Routes of performance. */
export const performanceRoutes = (deps: Deps): Route[] => [
  route(contract.getAccountGrowth, async ({ path, query, caller: { workspaceId } }) =>
    accountGrowth(deps, workspaceId, path.accountId, query),
  ),
  route(contract.getPerformanceOverview, async ({ query, caller }) => overview(deps, caller, query)),
  route(contract.getPerformanceSeries, async ({ query, caller: { workspaceId } }) => series(deps, workspaceId, query)),
  route(contract.listTopPosts, async ({ query, caller: { workspaceId } }) => {
    const { accountId, campaignId, metric, order, limit, ...asked } = query;
    const period = askedPeriod(asked, deps.now);
    const { cells, listed } = await findCells(deps, { workspaceId, accountId, campaignId }, spanOf(period));
    const posts = ranked(listed, metric, order).slice(0, limit);
    return {
      period,
      posts: posts.map((post) => ({ ...post, value: valueOf(post, metric) ?? NaN })),
      coverage: coverageOf(totalOf(cells)),
    };
  }),
  route(contract.getPublishingReliability, async ({ query, caller: { workspaceId } }) =>
    reliability(deps, workspaceId, query),
  ),
  route(contract.getCampaignPerformance, async ({ path: { campaignId }, query, caller: { workspaceId, role } }) => {
    const timeZone = knownTimeZone(query.timeZone, 'query');
    const campaign = await deps.campaigns.find(workspaceId, campaignId);
    if (!campaign) throw notFound('campaign');
    const days = await deps.rollUps.ofCampaign(workspaceId, campaignId);
    return campaignPerformance(
      campaign,
      days.flatMap(({ content }) => content.posts),
      { timeZone, hasCosts: mayDo(role, 'usage:read') },
    );
  }),
];
