import { sum } from 'simple-statistics';
import { counted } from '#shared/text.ts';
import { instantAfter } from '#shared/time.ts';
import type { Insight, InsightAnswer, InsightMethod, InsightSubject } from '../domain/insight.ts';
import { metricInWords } from '../domain/metric-names.ts';
import type { ObservedPost } from '../domain/observed-post.ts';
import { belongsTo } from './belongs-to.ts';
import { evidenceOf, habitValidMs } from './evidence.ts';
import { notEnoughData } from './not-enough-data.ts';
import { amountOf, basisOf, type Outcome, type OutcomeOptions, outcomesOf } from './post-outcomes.ts';
import { alpha, holm } from './statistics/holm-correction.ts';
import { shiftOf, type Stratum, vanElteren } from './statistics/van-elteren.ts';
import { comparisonsOf, type TraitQuestion } from './trait-questions.ts';
import { moreOrLess, percent, signed } from './wording.ts';

/** Options for finding traits. */
export interface TraitOptions extends OutcomeOptions {
  subject: InsightSubject;
  now: Date;
}

const method: InsightMethod = {
  name: 'Stratified rank-sum test of van Elteren with the Hodges-Lehmann shift; Holm correction',
  source: 'van Elteren (1960); Hodges and Lehmann (1963); Holm (1979)',
};

const needed = { posts: 40, days: 28 } as const;

/** Minimum number of comparable observations with the trait, and without it: with fewer, the test is too rough. */
const fewestOfEach = 10;

/** Share of posts that are the top posts. */
const topShare = 0.1;

const isAsked = (strata: readonly Stratum[]): boolean => {
  const informative = strata.filter(({ present, absent }) => present.length > 0 && absent.length > 0);
  const least = (of: (stratum: Stratum) => number) => sum(informative.map(of)) >= fewestOfEach;
  return informative.length > 1 && least(({ present }) => present.length) && least(({ absent }) => absent.length);
};

/** Whether two questions divide the posts in the same way, so that the second would count twice. */
const isMirrored = (one: readonly Stratum[], other: readonly Stratum[]): boolean =>
  one.length === other.length &&
  one.every(({ present, absent }, place) => {
    const mirror = other[place];
    return mirror && isSame(present, mirror.absent) && isSame(absent, mirror.present);
  });

const isSame = (one: readonly number[], other: readonly number[]): boolean =>
  one.length === other.length && one.every((value, place) => value === other[place]);

/**
 * Finds traits by which the posts of an account or campaign differ in their results. Each question compares posts with
 * and without a trait that were published at about the same time on the same account; all p-values are corrected
 * together. A trait is associated with better results, not shown to cause them. The strongest trait comes first.
 * @param posts in any order; those of others are left out
 * @throws RangeError if the zone does not exist
 */
export const traits = (posts: readonly ObservedPost[], { subject, now, ...options }: TraitOptions): InsightAnswer => {
  const outcomes = outcomesOf(
    posts.filter((post) => belongsTo(post, subject)),
    options,
  );
  const missing = notEnoughData('trait', subject, amountOf(outcomes), needed);
  if (missing) return missing;
  const basedOn = basisOf(outcomes);
  // With many ties, a test can be significant although the typical difference is none.
  const found = answersOf(outcomes).filter(({ pValue, lift }) => pValue <= alpha && lift !== 0);
  if (found.length === 0) {
    const statement = 'No trait of the posts is associated with better or worse results beyond chance.';
    return { outcome: 'nothing_found', kind: 'trait', subject, statement, basedOn, method };
  }
  const insights = found
    .sort((one, other) => Math.abs(Math.log1p(other.lift)) - Math.abs(Math.log1p(one.lift)))
    .map((answer) => insightOf(answer, outcomes, { subject, now, ...options }));
  return { outcome: 'found', kind: 'trait', insights };
};

interface TraitResult {
  question: TraitQuestion;
  lift: number;
  low: number;
  high: number;
  pValue: number;
  questions: number;
}

const answersOf = (outcomes: readonly Outcome[]): TraitResult[] => {
  const asked = comparisonsOf(outcomes)
    .filter(({ strata }) => isAsked(strata))
    .filter(({ strata }, place, all) => !all.slice(0, place).some((earlier) => isMirrored(earlier.strata, strata)));
  const raw = asked.map(({ strata }) => vanElteren(strata).pValue);
  const corrected = holm(raw);
  return asked.flatMap(({ question, strata }, place) => {
    const [own = 1, pValue = 1] = [raw[place], corrected[place]];
    // The level at which Holm's procedure tests this question, so that interval and p-value agree.
    const effect = shiftOf(strata, pValue > 0 ? (alpha * own) / pValue : alpha / asked.length);
    if (!effect) return [];
    const { shift, low, high } = effect;
    const interval = { lift: Math.expm1(shift), low: Math.expm1(low), high: Math.expm1(high) };
    return [{ question, ...interval, pValue, questions: asked.length }];
  });
};

const insightOf = (
  { question, ...result }: TraitResult,
  outcomes: readonly Outcome[],
  { subject, now, metric, timeZone }: TraitOptions,
): Insight => {
  const having = outcomes.filter((outcome) => question.hasTrait(outcome) === true);
  const lacking = outcomes.filter((outcome) => question.hasTrait(outcome) === false);
  const top = topOf([...having, ...lacking]);
  const shareIn = (isTop: boolean): number => {
    const all = [...having, ...lacking].filter((outcome) => top.has(outcome) === isTop);
    return all.filter((outcome) => question.hasTrait(outcome) === true).length / Math.max(all.length, 1);
  };
  const details = {
    ...{ kind: 'trait' as const, metric, timeZone, trait: question.trait, level: question.level, ...result },
    ...{ withTrait: having.length, withoutTrait: lacking.length },
    ...{ shareOfTop: shareIn(true), shareOfOthers: shareIn(false) },
  };
  return {
    subject,
    statement: statementOf(question.phrase, details),
    evidence: evidenceOf(having, [
      ['Posts with the trait', having.length],
      ['Posts without it', lacking.length],
      ['Relative difference', result.lift],
      ['Corrected p-value', result.pValue],
    ]),
    basedOn: basisOf(outcomes),
    method,
    validUntil: instantAfter(now, habitValidMs),
    details,
  };
};

/** Returns the top tenth of each account's posts: large accounts would dominate a top tenth of all. */
const topOf = (outcomes: readonly Outcome[]): Set<Outcome> =>
  new Set(
    [...Map.groupBy(outcomes, ({ post }) => post.accountId).values()].flatMap((own) =>
      own
        .toSorted((one, other) => other.count - one.count || one.at - other.at)
        .slice(0, Math.ceil(own.length * topShare)),
    ),
  );

const statementOf = (phrase: string, details: Extract<Insight['details'], { kind: 'trait' }>): string => {
  const { lift, low, high, metric, questions, withTrait, shareOfTop, shareOfOthers } = details;
  return (
    `Posts ${phrase} got about ${moreOrLess(lift)} ${metricInWords(metric)} than comparable posts (95% interval ` +
    `${signed(low)} to ${signed(high)}, corrected for ${counted(questions, 'comparison')}; ` +
    `${counted(withTrait, 'post')}). They are ${percent(shareOfTop)} of the top posts and ` +
    `${percent(shareOfOthers)} of the others. This is an association, not proof of a cause.`
  );
};
