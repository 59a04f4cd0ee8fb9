import { priceOf } from '#shared/x-prices.ts';
import { costWithoutLinks, xCostOf } from '../budget/x-cost.ts';
import type { LaunchCost } from '../domain/launch-report.ts';
import type { PostFacts, SlotFacts } from '../domain/publishing-facts.ts';
import { awsCostOf, type AwsUse, awsUseOf } from './aws-cost.ts';

type Line = LaunchCost['x']['lines'][number];

const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0);

const lineOf = (post: PostFacts, at: string): Line => ({
  parts: post.parts.length,
  linkParts: post.parts.filter(({ hasUrl }) => hasUrl).length,
  slots: 1,
  microsEach: xCostOf(post, at),
  withoutLinksMicrosEach: costWithoutLinks(post, at),
});

const dearestFirst = (one: Line, other: Line): number =>
  other.microsEach - one.microsEach || other.parts - one.parts || other.linkParts - one.linkParts;

/**
 * Cost of the plan at the prices of its time, if everything is published at the first attempt. A slot without a known
 * post costs nothing, as it is a blocker.
 * @param metricsDays UTC days on which the metrics of a post are read
 */
export const launchCostOf = (slots: readonly SlotFacts[], metricsDays: number): LaunchCost => {
  const posts = slots.flatMap(({ post, publishAt }) => (post ? [{ post, publishAt }] : []));
  const priced = posts.map(({ post, publishAt }) => lineOf(post, publishAt));
  const alike = Map.groupBy(priced, (line) => Object.values(line).join('/'));
  const lines = [...alike.values()].flatMap(([line, ...more]) => (line ? [{ ...line, slots: 1 + more.length }] : []));
  const micros = sum(priced.map(({ microsEach }) => microsEach));
  const withoutLinks = sum(priced.map(({ withoutLinksMicrosEach }) => withoutLinksMicrosEach));
  const uses: AwsUse[] = posts.map(({ post }) => awsUseOf(post));
  const use = {
    transitions: sum(uses.map(({ transitions }) => transitions)),
    writeUnits: sum(uses.map(({ writeUnits }) => writeUnits)),
  };
  const readMicros = posts.map(
    ({ post, publishAt }) => post.parts.length * metricsDays * priceOf('post_read', new Date(publishAt)),
  );
  return {
    x: {
      micros,
      posts: sum(priced.map(({ parts }) => parts)),
      lines: lines.sort(dearestFirst),
      cheaper:
        withoutLinks === micros
          ? null
          : { micros: withoutLinks, savedMicros: micros - withoutLinks, advice: cheaperAdvice },
      metricsMicros: sum(readMicros),
    },
    aws: { ...use, micros: awsCostOf(use) },
  };
};

const cheaperAdvice =
  'X charges far more for a post with a link in its text. Put the link in the profile and refer to it, or use links only ' +
  'in the posts that need them.';
