import type { Placement } from '../domain/campaign.ts';
import { Plan } from '../domain/plan.ts';

/**
 * Creates the plan for a plain list of posts and times: fixed-time tracks, one account each, without spacing, so that
 * every post is published exactly at its time. Posts of one account at the same instant are in separate tracks.
 */
export const planFromPosts = (
  posts: readonly Placement[],
  { timeZone, seed, accountOf }: { timeZone: string; seed: string; accountOf: (postId: string) => string },
): Plan => {
  const byAccount = Map.groupBy(posts, ({ postId }) => accountOf(postId));
  const tracks = [...byAccount].flatMap(([accountId, own]) => apart(own).map((track) => ({ accountId, track })));
  return Plan.parse({
    timeZone,
    seed,
    spacing: { minimumGapMinutes: 0 },
    tracks: tracks.map(({ accountId, track }, place) => ({
      id: `posts-${place + 1}`,
      accountIds: [accountId],
      content: { kind: 'posts', postIds: track.map(({ postId }) => postId) },
      times: { kind: 'fixed', instants: track.map(({ publishAt }) => publishAt) },
    })),
  });
};

/** Splits the posts into as few lists as possible, each in order of time without two at the same instant. */
const apart = (posts: readonly Placement[]): Placement[][] => {
  const lists: Placement[][] = [];
  const byTime = posts.toSorted((one, other) => Date.parse(one.publishAt) - Date.parse(other.publishAt));
  for (const post of byTime) {
    const at = Date.parse(post.publishAt);
    const free = lists.find((list) => Date.parse(list.at(-1)?.publishAt ?? '') < at);
    if (free) free.push(post);
    else lists.push([post]);
  }
  return lists;
};
