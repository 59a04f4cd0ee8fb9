import type * as z from 'zod';
import { DomainError } from '#shared/errors.ts';
import type { Deps } from '../deps.ts';
import { coverageOf, figureOf, type Metric } from '../domain/figures.ts';
import { variantNeedsCampaign } from '../domain/post-filter.ts';
import { byBucket, type Cell, type Filter, findCells, totalOf } from '../totals/cells.ts';
import { groupsOf } from '../totals/groups.ts';
import { bucketsOf, type Period, periodBefore, type Span, spanOf } from '../totals/period.ts';
import { askedPeriod } from './asked-period.ts';
import type { getPerformanceSeries } from './contract.ts';

type Query = z.infer<typeof getPerformanceSeries.request.query>;
type Reply = z.infer<typeof getPerformanceSeries.response>;

const maxPoints = 2_000;

/**
 * Returns a metric over time, as one series or one per group.
 * @throws DomainError `invalid_time_zone`, `invalid_period`, `too_many_points`, `variant_needs_campaign`
 */
export const series = async (
  deps: Deps,
  workspaceId: string,
  { accountId, campaignId, metric, granularity, groupBy, compare, ...asked }: Query,
): Promise<Reply> => {
  const period = askedPeriod(asked, deps.now);
  const buckets = bucketsOf(period, granularity);
  const filter = { workspaceId, accountId, campaignId };
  const groups = await grouped(deps, filter, groupBy, spanOf(period));
  if (groups.length * buckets.length > maxPoints) throw tooManyPoints();
  return {
    period,
    metric,
    series: groups.map(({ group, cells }) => ({
      group,
      points: pointsOf(cells, buckets, metric),
      coverage: coverageOf(totalOf(cells)),
    })),
    previous: compare === 'none' ? null : await before(deps, filter, periodBefore(period), granularity, metric),
  };
};

const before = async (
  deps: Deps,
  filter: Filter,
  period: Period,
  granularity: Query['granularity'],
  metric: Metric,
): Promise<Reply['previous']> => {
  const { cells } = await findCells(deps, filter, spanOf(period));
  return pointsOf(cells, bucketsOf(period, granularity), metric);
};

const pointsOf = (cells: readonly Cell[], buckets: readonly Span[], metric: Metric) =>
  byBucket(cells, buckets).map((sums, place) => ({
    at: new Date(buckets[place]?.start ?? NaN).toISOString(),
    ...figureOf(sums, metric),
    publishedPosts: sums.published,
  }));

interface Series {
  group: string | null;
  cells: Cell[];
}

const grouped = async (deps: Deps, filter: Filter, groupBy: Query['groupBy'], span: Span): Promise<Series[]> => {
  if (groupBy === 'variant' && filter.campaignId === undefined) throw variantNeedsCampaign('query.campaignId');
  const all = await findCells(deps, filter, span);
  return groupBy === 'none' ? [{ group: null, cells: all.cells }] : groupsOf(deps, filter, groupBy, span, all);
};

const tooManyPoints = (): DomainError => {
  const message = `would make more than ${maxPoints.toLocaleString('en-US')} points`;
  return new DomainError(
    'invalid',
    'too_many_points',
    `The series ${message}. Choose longer intervals or a shorter period.`,
    {
      fields: [{ path: 'query.granularity', code: 'too_many_points', message }],
    },
  );
};
