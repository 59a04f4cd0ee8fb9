import type * as z from 'zod';
import type { Deps } from '../deps.ts';
import { latenessAt } from '../domain/lateness.ts';
import type { PublishingOutcome } from '../domain/outcome.ts';
import { findCells, totalOf } from '../totals/cells.ts';
import { spanOf } from '../totals/period.ts';
import { askedPeriod } from './asked-period.ts';
import type { getPublishingReliability } from './contract.ts';

/**
 * Returns how late posts were published, and which were not.
 * @throws DomainError `invalid_time_zone`, `invalid_period`
 */
export const reliability = async (
  deps: Deps,
  workspaceId: string,
  { accountId, ...asked }: z.infer<typeof getPublishingReliability.request.query>,
): Promise<z.infer<typeof getPublishingReliability.response>> => {
  const period = askedPeriod(asked, deps.now);
  const span = spanOf(period);
  const [{ cells }, outcomes] = await Promise.all([
    findCells(deps, { workspaceId, accountId }, span),
    deps.outcomes.between(workspaceId, span.start, span.end),
  ]);
  const { published, lateness } = totalOf(cells);
  const own = outcomes.filter((each) => accountId === undefined || each.accountId === accountId);
  return {
    period,
    publishedPosts: published,
    lateness: { p50Ms: latenessAt(lateness, 0.5), p99Ms: latenessAt(lateness, 0.99) },
    failed: byReason(own, 'failed'),
    held: byReason(own, 'held'),
    missed: byReason(own, 'missed'),
  };
};

/** Counts posts with an outcome, by reason code. */
const byReason = (outcomes: readonly PublishingOutcome[], kind: PublishingOutcome['kind']): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) {
    if (outcome.kind === kind) counts[outcome.code] = (counts[outcome.code] ?? 0) + 1;
  }
  return counts;
};
