import type { PostFormat } from '#events/post-format.ts';
import type { ObservedPost } from '#functions/analytics/domain/observed-post.ts';
import { type Random, randomOf } from '#functions/analytics/insights/statistics/seeded-random.ts';
import { dayMs, hourMs, instantAt } from '#shared/time.ts';

/** A Monday. */
export const start = new Date('2026-01-05T00:00:00.000Z');

const ulidOf = (number: number): string => String(number).padStart(26, '0');
export const accountId = (number: number): string => `acc_${ulidOf(number)}`;
export const campaignId = `cmp_${ulidOf(1)}`;

/** A plain short text. */
export const plainFormat: PostFormat = {
  weightedLength: 80,
  parts: 1,
  media: 'none',
  hasLink: false,
  hashtags: 0,
  mentions: 0,
  hasPoll: false,
};

let posts = 0;

/** A post read four days after publication; all its engagements are likes, its impressions twenty times as many. */
export const observed = (
  publishedAt: Date | string,
  likes: number,
  other: Partial<ObservedPost> = {},
): ObservedPost => {
  posts += 1;
  const at = new Date(publishedAt).getTime();
  return {
    postId: `pst_${ulidOf(posts)}`,
    accountId: accountId(1),
    campaignId: null,
    variant: null,
    publishedAt: instantAt(at),
    format: plainFormat,
    templateId: null,
    measuredAt: instantAt(at + 4 * dayMs),
    metrics: {
      ...{ impressions: 20 * likes, likes, reposts: 0, replies: 0, quotes: 0, bookmarks: 0 },
      ...{ urlClicks: 0, profileClicks: 0 },
    },
    ...other,
  };
};

/** Student's t with three degrees of freedom: fourth moments are infinite. */
const heavy = ({ normal }: Random): number => {
  const chiSquared = normal() ** 2 + normal() ** 2 + normal() ** 2;
  return normal() / Math.sqrt(chiSquared / 3);
};

const pick = <T>(random: Random, all: readonly T[], otherwise: T): T =>
  all[Math.floor(random.uniform() * all.length)] ?? otherwise;

const someFormat = (random: Random): PostFormat => ({
  weightedLength: Math.floor(20 + random.uniform() * 260),
  parts: random.uniform() < 0.15 ? 3 : 1,
  media: pick(random, ['none', 'none', 'image', 'image', 'gif', 'video'] as const, 'none'),
  hasLink: random.uniform() < 0.4,
  hashtags: Math.floor(random.uniform() ** 2 * 5),
  mentions: random.uniform() < 0.3 ? 1 : 0,
  hasPoll: random.uniform() < 0.1,
});

/** How an account posts, and what happens to its posts. */
export interface Life {
  seed: string;
  account?: number;
  weeks?: number;
  /** Mean number of posts a day. */
  perDay?: number;
  /** Hours (UTC) at which it posts. */
  hours?: readonly number[];
  /** A planted effect on the logarithm of the likes of a post. */
  effect?: (post: { at: Date; format: PostFormat; week: number; place: number }) => number;
  /** Variation that is not planted: `calm` posts vary independently, by a factor of about 1.5. */
  noise?: 'restless' | 'calm';
}

/**
 * The posts of an account. A restless one grows, has days that are good or bad for all its posts and depend on the days
 * before, tails without fourth moments, and now and then a viral post.
 */
export const life = ({ seed, account = 1, weeks = 26, perDay = 2, ...how }: Life): ObservedPost[] => {
  const { hours = [7, 9, 12, 15, 18, 21], effect = () => 0, noise = 'restless' } = how;
  const random = randomOf(seed);
  const typical = Math.log(50) + random.uniform() * 4;
  const growth = noise === 'calm' ? 0 : (random.uniform() - 0.3) * 0.03;
  let day = 0;
  let place = 0;
  return Array.from({ length: weeks * 7 }, (_, date) => {
    day = 0.7 * day + 0.3 * heavy(random);
    const count = Math.floor(perDay + random.uniform());
    return Array.from({ length: count }, () => {
      const at = new Date(
        start.getTime() + date * dayMs + pick(random, hours, 9) * hourMs + Math.floor(random.uniform() * hourMs),
      );
      const format = someFormat(random);
      const viral = random.uniform() < 0.005 ? 4 : 0;
      const restless = noise === 'calm' ? 0.4 * random.normal() : day + 0.5 * heavy(random) + viral;
      const planted = effect({ at, format, week: date / 7, place });
      place += 1;
      const log = typical + growth * (date / 7) + restless + planted;
      return observed(at, Math.round(Math.exp(Math.min(log, 18))), { accountId: accountId(account), format });
    });
  }).flat();
};

/** The time by which all posts of a life of this many weeks are counted. */
export const after = (weeks: number): Date => new Date(start.getTime() + (weeks * 7 + 5) * dayMs);

/** This many different seeds. */
export const seeds = (count: number, name: string): string[] =>
  Array.from({ length: count }, (_, number) => `${name} ${number}`);

export const share = <T>(all: readonly T[], is: (each: T) => boolean): number => all.filter(is).length / all.length;

/** The same posts in another order. */
export const shuffled = <T>(all: readonly T[], seed: string): T[] => {
  const { uniform } = randomOf(seed);
  return all
    .map((each) => ({ each, order: uniform() }))
    .sort((one, other) => one.order - other.order)
    .map(({ each }) => each);
};
