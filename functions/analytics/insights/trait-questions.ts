import { mean } from 'simple-statistics';
import type { PostFormat } from '#events/post-format.ts';
import type { TraitName } from '../domain/insight-details.ts';
import { occurrencesOf } from './occurrences.ts';
import type { Outcome } from './post-outcomes.ts';
import type { Stratum } from './statistics/van-elteren.ts';
import { bandCount, bandName, bandOf } from './time-cells.ts';
import { weekdayName } from './wording.ts';

/** The question whether posts with a trait do better than those without it. */
export interface TraitQuestion {
  trait: TraitName;
  level: string;
  /** Follows "posts" in a sentence, such as `with a video`. */
  phrase: string;
  /** Null: not known. */
  hasTrait: (outcome: Outcome) => boolean | null;
}

/** Longest weighted lengths that count as short and as medium. */
const [short, medium] = [100, 200];

/** Hashtags from which a post has many. */
const manyHashtags = 3;

const formatQuestion = (
  trait: TraitName,
  level: string,
  phrase: string,
  has: (format: PostFormat) => boolean,
): TraitQuestion => ({ trait, level, phrase, hasTrait: ({ post: { format } }) => format && has(format) });

const formatQuestions: readonly TraitQuestion[] = [
  formatQuestion('length', 'short', `of up to ${short} characters`, ({ weightedLength }) => weightedLength <= short),
  formatQuestion(
    'length',
    'medium',
    `of ${short + 1} to ${medium} characters`,
    ({ weightedLength }) => weightedLength > short && weightedLength <= medium,
  ),
  formatQuestion(
    'length',
    'long',
    `of more than ${medium} characters`,
    ({ weightedLength }) => weightedLength > medium,
  ),
  formatQuestion('media', 'image', 'with images', ({ media }) => media === 'image'),
  formatQuestion('media', 'gif', 'with a GIF', ({ media }) => media === 'gif'),
  formatQuestion('media', 'video', 'with a video', ({ media }) => media === 'video'),
  formatQuestion('link', 'yes', 'with a link', ({ hasLink }) => hasLink),
  formatQuestion(
    'hashtags',
    'few',
    'with one or two hashtags',
    ({ hashtags }) => hashtags > 0 && hashtags < manyHashtags,
  ),
  formatQuestion('hashtags', 'many', 'with three or more hashtags', ({ hashtags }) => hashtags >= manyHashtags),
  formatQuestion('mentions', 'yes', 'with a mention', ({ mentions }) => mentions > 0),
  formatQuestion('thread', 'yes', 'that are threads', ({ parts }) => parts > 1),
  formatQuestion('poll', 'yes', 'with a poll', ({ hasPoll }) => hasPoll),
];

const bandQuestions: readonly TraitQuestion[] = Array.from({ length: bandCount }, (_, band) => ({
  trait: 'hour_band',
  level: bandName(band),
  phrase: `from ${bandName(band)}`,
  hasTrait: ({ hour }) => bandOf(hour) === band,
}));

const weekdayQuestions: readonly TraitQuestion[] = Array.from({ length: 7 }, (_, place) => ({
  trait: 'weekday',
  level: weekdayName(place + 1),
  phrase: `on ${weekdayName(place + 1)}`,
  hasTrait: ({ weekday }) => weekday === place + 1,
}));

export const traitQuestions: readonly TraitQuestion[] = [...formatQuestions, ...bandQuestions, ...weekdayQuestions];

/** An observation in a stratum: a post, or the posts of one hour band or day together. */
interface Unit {
  stratum: string;
  value: number;
  outcome: Outcome;
}

/**
 * Posts are compared within blocks, so that growth and good weeks of an account are not attributed to a trait: at most
 * this many consecutive posts of one account, within four weeks.
 */
const blockPosts = 12;
const blockDays = 28;

const blocksOf = (outcomes: readonly Outcome[]): Unit[] =>
  [...Map.groupBy(outcomes, ({ post }) => post.accountId)].flatMap(([accountId, own]) => {
    let [block, from, count] = [0, own[0]?.day ?? 0, 0];
    return own.map((outcome): Unit => {
      if (count === blockPosts || outcome.day - from >= blockDays) [block, from, count] = [block + 1, outcome.day, 0];
      count += 1;
      return { stratum: `${accountId}/${block}`, value: outcome.value, outcome };
    });
  });

/** Weeks begin on Monday: day 0 was a Thursday. */
const weekOf = (day: number): number => Math.floor((day + 3) / 7);

/** Hours are compared within a week of an account; posts of one hour band of a day are one observation. */
const bandUnits = (outcomes: readonly Outcome[]): Unit[] =>
  occurrencesOf(outcomes).flatMap(({ accountId, day, value, outcomes: [outcome] }) =>
    outcome ? [{ stratum: `${accountId}/${weekOf(day)}`, value, outcome }] : [],
  );

/** Weekdays are compared within four weeks of an account; the posts of a day are one observation. */
const dayUnits = (outcomes: readonly Outcome[]): Unit[] =>
  [...Map.groupBy(outcomes, ({ post, day }) => `${post.accountId}/${day}`).values()].flatMap((own) => {
    const [outcome] = own;
    if (!outcome) return [];
    const stratum = `${outcome.post.accountId}/${Math.floor(weekOf(outcome.day) / 4)}`;
    return [{ stratum, value: mean(own.map(({ value }) => value)), outcome }];
  });

const strataOf = (units: readonly Unit[], { hasTrait }: TraitQuestion): Stratum[] =>
  [...Map.groupBy(units, ({ stratum }) => stratum).values()].map((own) => {
    const valuesWhere = (has: boolean) =>
      own.filter(({ outcome }) => hasTrait(outcome) === has).map((each) => each.value);
    return { present: valuesWhere(true), absent: valuesWhere(false) };
  });

/** Returns each question with the strata that answer it. @param outcomes in order of time */
export const comparisonsOf = (outcomes: readonly Outcome[]): { question: TraitQuestion; strata: Stratum[] }[] => {
  const formatted = blocksOf(outcomes.filter(({ post }) => post.format !== null));
  const [bands, days] = [bandUnits(outcomes), dayUnits(outcomes)];
  return traitQuestions.map((question) => {
    const units = question.trait === 'hour_band' ? bands : question.trait === 'weekday' ? days : formatted;
    return { question, strata: strataOf(units, question) };
  });
};
