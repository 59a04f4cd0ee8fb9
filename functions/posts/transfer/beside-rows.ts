import { overriding } from '#shared/lazy.ts';
import { requireReady } from '../checks/readiness.ts';
import { looksOf } from '../checks/similarity.ts';
import type { Deps } from '../deps.ts';
import type { Post } from '../domain/post.ts';
import { maxUnderOneKey } from '../store/similarity.ts';
import { planned, type PlannedRow } from './plan-row.ts';
import type { SentRow } from './rows.ts';

/**
 * Checks each row against earlier ones: text that a file repeats, or has on two accounts, would otherwise be found only
 * when the second post is due.
 * @param deps caches what the rows read
 */
export const besideEarlier = async (
  deps: Deps,
  rows: readonly { sent: SentRow; plan: PlannedRow }[],
): Promise<PlannedRow[]> => {
  const earlier = new Map<string, Post>();
  const namesOf = new Map<string, string[]>();
  const beside: Deps = {
    ...deps,
    similarPosts: overriding(deps.similarPosts, {
      // As in the store: of the posts under one key, the newest.
      find: (_, keys) =>
        Promise.resolve([...new Set(keys.flatMap((key) => namesOf.get(key)?.slice(-maxUnderOneKey) ?? []))]),
    }),
    posts: overriding(deps.posts, { find: (_, name) => Promise.resolve(earlier.get(name)) }),
  };
  const judged: PlannedRow[] = [];
  for (const [place, { sent, plan }] of rows.entries()) {
    const { post } = plan;
    const keys =
      post?.status === 'scheduled'
        ? new Set(looksOf(post.parts).looks.flatMap((look) => look.keys))
        : new Set<string>();
    const isSaidBefore = [...keys].some((key) => namesOf.has(key));
    const { fields } = post && isSaidBefore ? await planned(requireReady(beside, post), sent) : plan;
    if (!post || fields.length > 0) {
      judged.push({ post: undefined, fields });
      continue;
    }
    judged.push(plan);
    // A finding names the row, since its post has no known id.
    const name = `Row ${place + 1}`;
    earlier.set(name, { ...post, id: name });
    for (const key of keys) {
      const names = namesOf.get(key);
      if (names) names.push(name);
      else namesOf.set(key, [name]);
    }
  }
  return judged;
};
