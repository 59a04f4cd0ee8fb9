import type { Placement } from '../domain/campaign.ts';
import { Plan } from '../domain/plan.ts';

/**
 * The plan of a plain list of posts and times: tracks of fixed times, one account each, without spacing, so that every
 * post goes out exactly at its time. Posts of one account at one instant stand in tracks of their own.
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

/** The posts in as few lists as there may be, each in order of time without two at one instant. */
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
