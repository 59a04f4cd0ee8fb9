import { counted } from '#shared/text.ts';
import { instantAfter } from '#shared/time.ts';
import type { Insight, InsightAnswer, InsightMethod } from '../domain/insight.ts';
import { metricInWords } from '../domain/metric-names.ts';
import type { ObservedPost } from '../domain/observed-post.ts';
import { evidenceOf, habitValidMs } from './evidence.ts';
import { notEnoughData } from './not-enough-data.ts';
import { amountOf, basisOf, type Outcome, type OutcomeOptions, outcomesOf } from './post-outcomes.ts';
import { type Keyed, levelAt } from './reference-level.ts';
import { alpha, holm } from './statistics/holm-correction.ts';
import { fallingTrend, theilSen } from './statistics/mann-kendall.ts';
import { moreOrLess, signed } from './wording.ts';

/** Options for finding fatigue. */
export interface FatigueOptions extends OutcomeOptions {
  accountId: string;
  /** Returns the id of the template that a post was made from; null: none. */
  contentOf: (post: ObservedPost) => string | null;
  now: Date;
}

const method: InsightMethod = {
  name: 'Mann-Kendall test for a falling trend, adjusted for dependence, with the Theil-Sen slope; Holm correction',
  source: 'Mann (1945); Hamed and Rao (1998); Theil (1950); Sen (1968); Holm (1979)',
};

/** With fewer repetitions even a steady decline can be chance: 1 in 120 orders of five values declines throughout. */
const fewestRepetitions = 6;

/** Only the latest repetitions count: content that recovered is not fatigued. */
const maxRepetitions = 100;

/** The series of one content, in order of time. */
interface Series {
  content: string;
  outcomes: readonly Outcome[];
  values: readonly number[];
  isAdjusted: boolean;
}

/**
 * Finds repeated content of an account that gets less response each time, beyond the decline of the account's other
 * posts of the same weeks if there are enough of them. The strongest decline comes first.
 * @param posts of the account, repeated or not, in any order; those of other accounts are left out
 * @throws RangeError if the zone does not exist
 */
export const fatigue = (posts: readonly ObservedPost[], options: FatigueOptions): InsightAnswer => {
  const { accountId, contentOf } = options;
  const subject = { type: 'account' as const, accountId };
  const outcomes = outcomesOf(
    posts.filter((post) => post.accountId === accountId),
    options,
  );
  const keyed = outcomes.map((outcome) => ({ outcome, content: contentOf(outcome.post) }));
  const groups = groupsOf(keyed);
  const repeated = groups.filter(([, own]) => own.length >= fewestRepetitions);
  const most = Math.max(0, ...groups.map(([, own]) => own.length));
  const needs = { posts: fewestRepetitions, days: 0 };
  const missing = notEnoughData('fatigue', subject, { ...amountOf(outcomes), posts: most }, needs);
  if (missing) return missing;

  const series = repeated.map(([content, own]) => seriesOf(content, own.slice(-maxRepetitions), keyed));
  const trends = series.map(({ values }) => fallingTrend(values));
  const pValues = holm(trends.map(({ pValue }) => pValue));
  const insights = series
    .flatMap((each, place) => {
      const [pValue = 1, tau = 0] = [pValues[place], trends[place]?.tau];
      return pValue <= alpha ? [insightOf(each, { pValue, tau, questions: series.length }, options)] : [];
    })
    // With many ties, a test can be significant although the typical change is none.
    .filter(({ details }) => details.changePerRepetition < 0)
    .sort((one, other) => one.details.changePerRepetition - other.details.changePerRepetition);
  if (insights.length > 0) return { outcome: 'found', kind: 'fatigue', insights };
  const statement = `None of the templates used again (${series.length} compared) shows a decline beyond chance.`;
  return { outcome: 'nothing_found', kind: 'fatigue', subject, statement, basedOn: basisOf(outcomes), method };
};

const groupsOf = (keyed: readonly Keyed[]): [content: string, own: Outcome[]][] => {
  const groups = new Map<string, Outcome[]>();
  for (const { outcome, content } of keyed) {
    if (content === null) continue;
    const own = groups.get(content) ?? [];
    groups.set(content, own);
    own.push(outcome);
  }
  return [...groups];
};

/** Subtracts the level of the account's other posts if enough repetitions have others before and after them. */
const seriesOf = (content: string, own: readonly Outcome[], keyed: readonly Keyed[]): Series => {
  const adjusted = own.flatMap((outcome) => {
    const level = levelAt(outcome.at, content, keyed);
    return level === null ? [] : [{ outcome, value: outcome.value - level }];
  });
  const isAdjusted = adjusted.length >= fewestRepetitions;
  const used = isAdjusted ? adjusted : own.map((outcome) => ({ outcome, value: outcome.value }));
  return { content, outcomes: used.map(({ outcome }) => outcome), values: used.map(({ value }) => value), isAdjusted };
};

type FatigueInsight = Insight & { details: Extract<Insight['details'], { kind: 'fatigue' }> };

const insightOf = (
  { content, outcomes, values, isAdjusted }: Series,
  test: { pValue: number; tau: number; questions: number },
  { accountId, metric, timeZone, now }: FatigueOptions,
): FatigueInsight => {
  // The test is one-sided: the interval at twice its level excludes 0 if the test is significant.
  const { slope, low, high } = theilSen(values, 2 * alpha);
  const change = Math.expm1(slope);
  const interval = { changePerRepetition: change, low: Math.expm1(low), high: Math.expm1(high) };
  const repetitions = outcomes.length;
  return {
    subject: { type: 'account', accountId },
    statement:
      `Posts from the template ${content} got about ${moreOrLess(change)} ${metricInWords(metric)} with each repetition (90% interval ` +
      `${signed(interval.low)} to ${signed(interval.high)}; ${counted(repetitions, 'post')})` +
      `${isAdjusted ? ", adjusted for the results of the account's other posts" : ''}.`,
    evidence: evidenceOf(outcomes, [
      ['Repetitions', repetitions],
      ['Relative change per repetition', change],
      ['Corrected p-value', test.pValue],
    ]),
    basedOn: basisOf(outcomes),
    method,
    validUntil: instantAfter(now, habitValidMs),
    details: { kind: 'fatigue', metric, timeZone, content, repetitions, ...interval, ...test, isAdjusted },
  };
};
