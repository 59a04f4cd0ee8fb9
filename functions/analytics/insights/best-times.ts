import { counted } from '#shared/text.ts';
import { instantAfter } from '#shared/time.ts';
import type { InsightAnswer, InsightMethod } from '../domain/insight.ts';
import type { RankedTime } from '../domain/insight-details.ts';
import { metricInWords } from '../domain/metric-names.ts';
import type { ObservedPost } from '../domain/observed-post.ts';
import { evidenceOf, habitValidMs } from './evidence.ts';
import { basisOf, type Outcome } from './post-outcomes.ts';
import { rankTimes, type TimeOptions, type TimeRanking } from './rank-times.ts';
import { bandOf, cellName } from './time-cells.ts';
import { moreOrLess, signed } from './wording.ts';

const method: InsightMethod = {
  name: 'Partial pooling of hour band, weekday and their combination; Bonferroni correction',
  source: 'Gelman et al., Bayesian Data Analysis, 3rd ed. (2013), chapters 5 and 15; Lindley and Smith (1972)',
};

/**
 * Finds the best times to post on an account. A time is among them only if its interval, corrected for all times
 * compared, lies above the account's average; otherwise the answer is that no time stands out.
 * @param posts of the workspace, in any order
 * @throws RangeError if the zone does not exist
 */
export const bestTimes = (posts: readonly ObservedPost[], options: TimeOptions & { now: Date }): InsightAnswer => {
  const ranking = rankTimes(posts, options);
  if (ranking.outcome === 'not_enough_data') return ranking;
  const { times, questions, outcomes } = ranking;
  const subject = { type: 'account' as const, accountId: options.accountId };
  const basedOn = basisOf(outcomes);
  const better = times.filter(({ verdict }) => verdict === 'better');
  const [best] = better;
  if (!best) {
    const statement = nothingFound(ranking);
    return { outcome: 'nothing_found', kind: 'best_time', subject, statement, basedOn, method };
  }
  const { metric, timeZone } = options;
  const insight = {
    subject,
    statement: statementOf(best, better.length - 1, ranking, options),
    evidence: evidenceOf(
      outcomes.filter((outcome) => isAt(outcome, best)),
      [
        ['Posts at the best time', best.posts],
        ['Relative difference from the average', best.lift],
        ['Lower bound of the difference', best.low],
        ['Upper bound of the difference', best.high],
        ['Times compared', questions],
      ],
    ),
    basedOn,
    method,
    validUntil: instantAfter(options.now, habitValidMs),
    details: { kind: 'best_time' as const, metric, timeZone, questions, times },
  };
  return { outcome: 'found', kind: 'best_time', insights: [insight] };
};

const isAt = ({ weekday, hour }: Outcome, time: RankedTime): boolean =>
  weekday === time.weekday && bandOf(hour) === time.hourBand;

const nothingFound = ({ times, questions }: TimeRanking): string =>
  times.length > 0
    ? `No posting time stands out: of ${counted(questions, 'time')} compared, none is above the account's average ` +
      'beyond chance.'
    : 'The rules exclude all times at which the account has posted often enough to compare them.';

const statementOf = (
  best: RankedTime,
  others: number,
  { questions }: TimeRanking,
  { metric, timeZone }: TimeOptions,
): string =>
  `Posts on ${cellName(best)} (${timeZone}) got about ${moreOrLess(best.lift)} ${metricInWords(metric)} than this ` +
  `account's average (95% interval ${signed(best.low)} to ${signed(best.high)}, corrected for ` +
  `${counted(questions, 'comparison')}; ${counted(best.posts, 'post')}).` +
  (others > 0 ? ` ${counted(others, 'other time')} ${others === 1 ? 'is' : 'are'} also above the average.` : '');
