import type * as z from 'zod';
import type { Caller } from '#shared/http/route.ts';
import { mayDo } from '#shared/permissions.ts';
import type { Deps } from '../deps.ts';
import { changeBetween, isComparable } from '../domain/comparison.ts';
import { costsOf, coverageOf, type Figures, figuresOf, Metric } from '../domain/figures.ts';
import { findCells, totalOf } from '../totals/cells.ts';
import { type Period, periodBefore, spanOf } from '../totals/period.ts';
import { askedPeriod } from './asked-period.ts';
import type { getPerformanceOverview } from './contract.ts';

type Query = z.infer<typeof getPerformanceOverview.request.query>;

/** Returns the numbers of a period, and of the one before. @throws DomainError `invalid_time_zone`, `invalid_period` */
export const overview = async (
  deps: Deps,
  { workspaceId, role }: Caller,
  { accountId, campaignId, compare, ...asked }: Query,
): Promise<z.infer<typeof getPerformanceOverview.response>> => {
  const period = askedPeriod(asked, deps.now);
  const read = async (of: Period) => {
    const { cells } = await findCells(deps, { workspaceId, accountId, campaignId }, spanOf(of));
    const sums = totalOf(cells);
    const costs = mayDo(role, 'usage:read') && { costs: costsOf(sums) };
    return { sums, view: { period: of, figures: figuresOf(sums), ...costs, coverage: coverageOf(sums) } };
  };
  const [now, before] = await Promise.all([read(period), compare === 'previous' ? read(periodBefore(period)) : null]);
  return {
    ...now.view,
    previous: before && {
      ...before.view,
      isComparable: isComparable(before.sums, now.sums),
      changes: changesBetween(before.view.figures, now.view.figures),
    },
  };
};

const changesBetween = (before: Figures, now: Figures): Record<Metric, number | null> =>
  Object.fromEntries(
    Metric.options.map((metric) => [metric, changeBetween(before[metric].value, now[metric].value)]),
  ) as Record<Metric, number | null>;
