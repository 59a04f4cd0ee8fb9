import type { Author } from '#shared/actor.ts';
import { dayMs, dayOf } from '#shared/time.ts';
import type { Deps } from '../deps.ts';
import { thresholdKey } from '../domain/alert.ts';
import type { AlertSettings, Threshold } from '../domain/alert-settings.ts';
import { figureOf } from '../domain/figures.ts';
import { metricLabels } from '../domain/metric-names.ts';
import { findCells, totalOf } from '../totals/cells.ts';
import type { Span } from '../totals/period.ts';
import { raise, settle } from './raise.ts';

type Wants = Pick<Deps, 'alerts' | 'campaigns' | 'rollUps' | 'now'>;

/**
 * Raises an alert for each of a person's thresholds that is newly crossed.
 * @param day checks only thresholds whose period includes this UTC day; undefined: all
 */
export const checkThresholds = async (
  deps: Wants,
  { workspaceId, personId, thresholds }: AlertSettings,
  author: Author,
  day?: string,
): Promise<void> => {
  for (const threshold of thresholds) {
    const span = spanOf(threshold, deps.now());
    if (day !== undefined && Date.parse(day) < span.start) continue;
    const { metric, accountId, campaignId } = threshold;
    const { cells } = await findCells(deps, { workspaceId, accountId, campaignId }, span);
    const { value } = figureOf(totalOf(cells), metric);
    // An unknown number crosses no threshold.
    if (value === null) continue;
    const key = thresholdKey(threshold);
    if (isCrossed(threshold, value)) {
      const about = { accountId: accountId ?? null, campaignId: campaignId ?? null };
      const cause = { personId, key, kind: 'threshold' as const, ...about, statement: statementOf(threshold, value) };
      await raise(deps, workspaceId, cause, true, author);
    } else {
      await settle(deps, workspaceId, { personId, key }, author);
    }
  }
};

/** Checks the thresholds of all people of a workspace whose period includes a UTC day. */
export const checkDay = async (deps: Wants, workspaceId: string, day: string, author: Author): Promise<void> => {
  for (const settings of await deps.alerts.allSettings(workspaceId)) {
    await checkThresholds(deps, settings, author, day);
  }
};

const spanOf = ({ days }: Threshold, now: Date): Span => {
  const end = Date.parse(dayOf(now)) + dayMs;
  return { start: end - days * dayMs, end };
};

const isCrossed = ({ direction, value: limit }: Threshold, value: number): boolean =>
  direction === 'above' ? value > limit : value < limit;

const statementOf = ({ metric, direction, value: limit, days }: Threshold, value: number): string => {
  const period = days === 1 ? 'today' : `in the last ${days} days`;
  const what = metric === 'posts' ? 'Posts' : `${metricLabels[metric]} of posts`;
  return `${what} published ${period} (UTC): ${shown(metric, value)}, ${direction} your threshold of ${shown(metric, limit)}.`;
};

/** Formats a value with enough digits to tell it from the threshold that it crossed; rates in percent. */
const shown = (metric: Threshold['metric'], value: number): string =>
  value.toLocaleString('en-US', {
    maximumFractionDigits: 4,
    ...(metric === 'engagement_rate' && { style: 'percent' }),
  });
