import { list } from './fields.ts';
import { engagementsOf, type Reach, reachOf } from './metrics.ts';
import { type Operation, type Outcome, userOf } from './operation.ts';
import { postId } from './posts.ts';
import { notAuthorizedForResource, type PartialProblem, refuseInvalid, resourceNotFound } from './problems.ts';
import type { Post } from './state.ts';
import { instant } from './timeline.ts';
import type { World } from './world.ts';

const STEP_MS: Record<string, number> = { hourly: 3_600_000, daily: 86_400_000, weekly: 604_800_000, total: Infinity };
const MOST_STEPS = 1000;

/** Maps the reach to X's names for analytics; numbers that the sandbox does not model are zero. */
function named(reach: Reach): Record<string, number> {
  return {
    impressions: reach.impressions,
    engagements: engagementsOf(reach),
    likes: reach.likes,
    retweets: reach.reposts,
    replies: reach.replies,
    quote_tweets: reach.quotes,
    bookmarks: reach.bookmarks,
    url_clicks: reach.urlClicks,
    user_profile_clicks: reach.profileClicks,
    detail_expands: reach.detailExpands,
    follows: reach.follows,
    ...{ app_install_attempts: 0, app_opens: 0, email_tweet: 0, hashtag_clicks: 0, media_views: 0 },
    ...{ permalink_clicks: 0, shares: 0, unfollows: 0, unlikes: 0 },
  };
}

/** Returns what a post gained between two instants (milliseconds). */
function gained(world: World, post: Post, start: number, end: number): Record<string, number> {
  const at = (ms: number) => named(reachOf(post, Math.min(ms, world.now()) - post.createdAt));
  const before = at(start);
  return Object.fromEntries(Object.entries(at(end)).map(([name, value]) => [name, value - (before[name] ?? 0)]));
}

export const getPostsAnalytics: Operation = {
  id: 'getPostsAnalytics',
  method: 'GET',
  path: '/2/tweets/analytics',
  auth: 'user',
  scopes: ['tweet.read', 'users.read'],
  query: ['ids', 'start_time', 'end_time', 'granularity', 'analytics.fields'],
  async handle(world, call): Promise<Outcome> {
    const ids = list(call.query, 'ids').map((id) => postId(id, 'ids'));
    if (ids.length < 1 || ids.length > 100) refuseInvalid('The `ids` query parameter must name 1 to 100 posts.');
    const start = instant(call.query, 'start_time') ?? refuseInvalid('The `start_time` query parameter is required.');
    const end = instant(call.query, 'end_time') ?? refuseInvalid('The `end_time` query parameter is required.');
    if (end <= start) refuseInvalid('`end_time` must be after `start_time`.');
    const granularity = call.query.get('granularity') ?? 'total';
    const step = Object.hasOwn(STEP_MS, granularity) ? STEP_MS[granularity] : undefined;
    if (step === undefined || (step !== Infinity && (end - start) / step > MOST_STEPS)) {
      return refuseInvalid('The `granularity` query parameter does not fit.', { granularity: [granularity] });
    }
    const wanted = new Set(list(call.query, 'analytics.fields'));
    const pick = (values: Record<string, number>) =>
      Object.fromEntries(Object.entries(values).filter(([name]) => wanted.size === 0 || wanted.has(name)));
    const errors: PartialProblem[] = [];
    const data: Record<string, unknown>[] = [];
    const charges: NonNullable<Outcome['charges']> = [];
    for (const id of new Set(ids)) {
      const post = world.state.posts[id];
      if (post === undefined) errors.push(resourceNotFound('tweet', 'ids', id));
      else if (post.authorId !== userOf(call).id) errors.push(notAuthorizedForResource('tweet', 'ids', id));
      else {
        data.push({ id, ...series(world, post, start, end, step, pick) });
        charges.push({ kind: 'postRead', resource: `post:${id}` });
      }
    }
    const body = { ...(data.length > 0 && { data }), ...(errors.length > 0 && { errors }) };
    return { status: 200, body, charges };
  },
};

function series(
  world: World,
  post: Post,
  start: number,
  end: number,
  step: number,
  pick: (values: Record<string, number>) => Record<string, number>,
) {
  if (step === Infinity) return pick(gained(world, post, start, end));
  const timestamped_metrics = [];
  for (let at = start; at < end; at += step) {
    const metrics = pick(gained(world, post, at, Math.min(at + step, end)));
    timestamped_metrics.push({ timestamp: new Date(at).toISOString(), metrics });
  }
  return { timestamped_metrics };
}
