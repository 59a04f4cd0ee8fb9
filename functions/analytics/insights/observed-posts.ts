import { dayMs, dayOf, hourMs, instantAfter } from '#shared/time.ts';
import type { Deps } from '../deps.ts';
import { maxListed } from '../domain/listed-posts.ts';
import type { ObservedPost } from '../domain/observed-post.ts';
import { type PostState, statesOf } from '../domain/post-state.ts';
import type { DayRollUp } from '../domain/roll-up.ts';
import type { Dated } from '../store/roll-ups.ts';
import { maturityHours } from './post-outcomes.ts';

type Wants = Pick<Deps, 'rollUps' | 'readings' | 'posts'>;

/** Insights use the posts of half a year: over a longer time an account changes too much. */
const spanDays = 182;

/** Posts of an account to use, the latest first: more do not make an answer more certain. */
const maxPosts = 5_000;

interface Account {
  workspaceId: string;
  accountId: string;
}

/**
 * Returns the measured posts of an account in the last half year, latest days first, until there are 5,000. Takes one
 * query, plus the readings of days with more than 20 posts.
 * @param hasLooks whether to include formats and templates, which takes another read of each post
 */
export const observedPosts = async (
  deps: Wants,
  { workspaceId, accountId }: Account,
  now: Date,
  hasLooks = false,
): Promise<ObservedPost[]> => {
  const from = dayOf(new Date(now.getTime() - spanDays * dayMs));
  const days = await deps.rollUps.days(workspaceId, { kind: 'account', accountId }, from, dayOf(now));
  const states: PostState[] = [];
  for (const day of days.toReversed()) {
    if (states.length >= maxPosts) break;
    states.push(...(await statesOn(deps, { workspaceId, accountId }, day)));
  }
  const looks = hasLooks ? await looksOf(deps, workspaceId, states) : undefined;
  return states.flatMap((state) => observed(state, now, looks));
};

/** Returns the measured posts of a campaign, at most 2,000. */
export const observedInCampaign = async (
  { rollUps }: Wants,
  workspaceId: string,
  campaignId: string,
  now: Date,
): Promise<ObservedPost[]> => {
  const days = await rollUps.ofCampaign(workspaceId, campaignId);
  return days.flatMap(({ content }) => content.posts).flatMap((state) => observed(state, now));
};

/** `listed` has all measured posts of a day with few posts. */
const statesOn = async (
  { readings }: Wants,
  account: Account,
  { day, content }: Dated<DayRollUp>,
): Promise<PostState[]> => {
  const published = Object.values(content.cells).reduce((sum, cell) => sum + cell.published, 0);
  return published <= 2 * maxListed ? content.listed : statesOf(await readings.ofCohort({ ...account, day }));
};

/** Formats and templates of posts, as recorded at publication. */
type Looks = ReadonlyMap<string, Pick<ObservedPost, 'format' | 'templateId'>>;

const unknown = { format: null, templateId: null };

const looksOf = async ({ posts }: Wants, workspaceId: string, states: readonly PostState[]): Promise<Looks> => {
  const measured = states.filter(({ latest }) => latest !== null).map(({ postId }) => postId);
  const tracked = await posts.findAll(workspaceId, measured);
  return new Map(tracked.map(({ id, format, templateId }) => [id, { format, templateId }]));
};

/**
 * A post whose counters do not change is not read again for weeks. Its last reading then counts as a mature one:
 * otherwise the posts that nobody cares for would be missing.
 */
const observed = (state: PostState, now: Date, looks?: Looks): ObservedPost[] => {
  const { postId, accountId, campaignId, variant, publishedAt, latest, standsStill } = state;
  if (latest === null) return [];
  const matureAt = instantAfter(publishedAt, maturityHours * hourMs);
  const isSettled = standsStill && Date.parse(matureAt) <= now.getTime();
  const measuredAt = isSettled && Date.parse(latest.measuredAt) < Date.parse(matureAt) ? matureAt : latest.measuredAt;
  const { format, templateId } = looks?.get(postId) ?? unknown;
  return [
    { postId, accountId, campaignId, variant, publishedAt, format, templateId, measuredAt, metrics: latest.metrics },
  ];
};
