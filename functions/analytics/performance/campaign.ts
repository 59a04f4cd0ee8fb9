import type * as z from 'zod';
import { localMoment } from '#shared/local-days.ts';
import { costsOf, coverageOf, type Figure, figureOf, type Figures, figuresOf, Metric } from '../domain/figures.ts';
import type { KnownCampaign } from '../domain/known-campaign.ts';
import type { PostState } from '../domain/post-state.ts';
import { addPost, noSums, type Sums } from '../domain/sums.ts';
import type { getCampaignPerformance } from './contract.ts';

/** Compares a campaign with its goals and budget, in total and by variant, account and hour. */
export const campaignPerformance = (
  { campaignId, goals, budgetMicros }: KnownCampaign,
  posts: readonly PostState[],
  { timeZone, hasCosts }: { timeZone: string; hasCosts: boolean },
): z.infer<typeof getCampaignPerformance.response> => {
  const sums = sumsOf(posts);
  const hourOf = ({ publishedAt }: PostState) => Number(localMoment(publishedAt, timeZone).time.slice(0, 2));
  return {
    campaignId,
    figures: figuresOf(sums),
    coverage: coverageOf(sums),
    goals: goals.map(({ metric, target }) => {
      const figure = towards(sums, metric);
      return { metric, target, figure, share: figure.value === null ? null : figure.value / target };
    }),
    ...(hasCosts && {
      costs: costsOf(sums),
      budget: budgetMicros === null ? null : { maxMicros: budgetMicros, spentMicros: sums.costMicros },
    }),
    byVariant: grouped(posts, ({ variant }) => variant).flatMap(([variant, figures]) =>
      variant === null ? [] : [{ variant, figures }],
    ),
    byAccount: grouped(posts, ({ accountId }) => accountId).map(([accountId, figures]) => ({ accountId, figures })),
    byHour: grouped(posts, hourOf)
      .map(([hour, figures]) => ({ hour, figures }))
      .sort((one, other) => one.hour - other.hour),
    posts: posts.toSorted((one, other) => Date.parse(one.publishedAt) - Date.parse(other.publishedAt)),
  };
};

/** X does not attribute new followers to posts: such a goal has no number. */
const towards = (sums: Sums, metric: string): Figure => {
  const known = Metric.safeParse(metric).data;
  return known ? figureOf(sums, known) : { value: null, posts: 0, availability: 'unsupported' };
};

const sumsOf = (posts: readonly PostState[]): Sums => {
  const sums = noSums();
  for (const post of posts) addPost(sums, post);
  return sums;
};

const grouped = <Group>(posts: readonly PostState[], groupOf: (post: PostState) => Group): [Group, Figures][] =>
  [...Map.groupBy(posts, groupOf)].map(([group, own]) => [group, figuresOf(sumsOf(own))]);
