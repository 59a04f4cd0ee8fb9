import * as z from 'zod';
import { entityFields } from '#shared/entity.ts';
import { Instant } from '#shared/time.ts';
import type { Insight } from './insight.ts';
import { InsightAnswer, InsightKind, InsightSubject } from './insight.ts';
import { type GoalStatus, InsightMetric } from './insight-details.ts';

/** The kinds of insight that are computed daily and stored; forecasts are computed on request. */
export const KeptKind = InsightKind.exclude(['forecast']).meta({
  description:
    '`best_time`: best times to post; `trait`: traits of top posts; `anomaly`: unusual results; `goal`: progress towards a ' +
    'goal; `fatigue`: repeated content that gets less response',
});
export type KeptKind = z.infer<typeof KeptKind>;

/** Key of a finding, and when it was last found. */
const Seen = z.object({ key: z.string(), at: Instant });

/** The latest answer to one question about an account or a campaign. */
export const KeptInsight = z.object({
  ...entityFields,
  subject: InsightSubject,
  kind: KeptKind,
  metric: InsightMetric,
  answer: InsightAnswer,
  /** Findings of the last four weeks; one that comes back within that time is not new. */
  seen: z.array(Seen),
});
export type KeptInsight = z.infer<typeof KeptInsight>;

/** Returns the id of the account or campaign that an insight is about. */
export const subjectIdOf = (subject: InsightSubject): string =>
  subject.type === 'account' ? subject.accountId : subject.campaignId;

/**
 * Returns the keys that identify a finding. Findings that share a key are the same: best times stay the same while one
 * of them stays better.
 */
export const keysOf = ({ details }: Insight): string[] => {
  switch (details.kind) {
    case 'best_time':
      return details.times
        .filter(({ verdict }) => verdict === 'better')
        .map(({ weekday, hourBand }) => `${weekday}/${hourBand}`);
    case 'trait':
      return [`${details.trait}/${details.level}/${details.lift > 0 ? 'more' : 'fewer'}`];
    case 'anomaly':
      return [`${details.from}/${details.direction}`];
    case 'fatigue':
      return [details.content];
    default:
      return [];
  }
};

const insightsOf = (answer: InsightAnswer): Insight[] => (answer.outcome === 'found' ? answer.insights : []);

/** Returns the findings that are new. Goals have states instead, see `goalOf`. */
export const newFindingsIn = (seen: KeptInsight['seen'] | undefined, answer: InsightAnswer): Insight[] => {
  const known = new Set(seen?.map(({ key }) => key));
  return insightsOf(answer).filter((insight) => {
    const keys = keysOf(insight);
    return keys.length > 0 && !keys.some((key) => known.has(key));
  });
};

/** Returns the updated list of seen findings. @param keptMs how long a finding is remembered after it was last found */
export const seenAfter = (
  seen: KeptInsight['seen'],
  answer: InsightAnswer,
  now: Date,
  keptMs: number,
): KeptInsight['seen'] => {
  const keys = new Set(insightsOf(answer).flatMap(keysOf));
  const at = now.toISOString();
  const earlier = seen.filter((each) => !keys.has(each.key) && now.getTime() - Date.parse(each.at) < keptMs);
  return [...earlier, ...[...keys].map((key) => ({ key, at }))];
};

/** Returns the state of a goal; undefined if the answer has none. */
export const goalOf = ({ answer }: Pick<KeptInsight, 'answer'>) => {
  const [insight] = insightsOf(answer);
  return insight?.details.kind === 'goal' ? { details: insight.details, statement: insight.statement } : undefined;
};

/** Whether a state is final: a goal that was reached stays reached when posts are deleted. */
export const isDecided = (status: GoalStatus): boolean => status === 'reached' || status === 'missed';

/** Whether an answer is still listed: it found nothing, is final, or one of its insights has not expired. */
export const isValid = (insight: Pick<KeptInsight, 'answer'>, now: Date): boolean => {
  const goal = goalOf(insight);
  if (insight.answer.outcome !== 'found' || (goal && isDecided(goal.details.status))) return true;
  return insight.answer.insights.some(({ validUntil }) => Date.parse(validUntil) > now.getTime());
};
