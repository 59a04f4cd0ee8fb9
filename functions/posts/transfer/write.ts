import type { Caller } from '#shared/http/route.ts';
import { inLanes } from '#shared/lanes.ts';
import { timeToLive } from '#shared/time.ts';
import { makeFindable } from '../checks/readiness.ts';
import type { Deps } from '../deps.ts';
import { deletedKeptSeconds, type Post, remove } from '../domain/post.ts';
import { assertMayDelete } from '../may-change.ts';

/** Ids of the posts that were written. */
export type Written = ReadonlySet<string>;

/** Number of posts written concurrently. */
const lanes = 25;
/** Maximum number of attempts to take back a post. */
const maxAttempts = 4;

/** Writes every post that can be written. @throws the first failure, if none could be */
export const writeEach = async (deps: Deps, wanted: readonly Post[], caller: Caller): Promise<Written> => {
  const { posts } = deps;
  const written = new Set<string>();
  const failures: unknown[] = [];
  await inLanes(wanted, lanes, async (post) => {
    try {
      await makeFindable(deps, post);
      await posts.create(post, caller);
      written.add(post.id);
    } catch (error) {
      failures.push(error);
      // The response may have been lost, but not the write.
      const standing = await posts.find(post.workspaceId, post.id).catch(() => undefined);
      if (standing) written.add(post.id);
    }
  });
  if (written.size === 0 && failures.length > 0) throw failures[0];
  return written;
};

/**
 * Writes every post or, if one cannot be written, takes back those that were. The post due last is written first, so
 * that nothing is published before all are known to be written.
 * @throws what failed
 */
export const writeAll = async (deps: Deps, wanted: readonly Post[], caller: Caller): Promise<Written> => {
  const begun: Post[] = [];
  const byTime = wanted.toSorted((one, other) => ((one.scheduledAt ?? '~') > (other.scheduledAt ?? '~') ? -1 : 1));
  try {
    await inLanes(byTime, lanes, async (post) => {
      begun.push(post);
      await makeFindable(deps, post);
      await deps.posts.create(post, caller);
    });
  } catch (cause) {
    await inLanes(begun, lanes, (post) => takeBack(deps, post, caller)).catch((error: unknown) => {
      throw new AggregateError([cause, error], 'An import broke off, and some of its posts stay');
    });
    throw cause;
  }
  return new Set(wanted.map(({ id }) => id));
};

/** Deletes the post if it was written, whatever the write returned. */
const takeBack = async (deps: Deps, { workspaceId, id }: Post, caller: Caller): Promise<void> => {
  const { posts, now } = deps;
  for (let tries = 1; ; tries += 1) {
    try {
      const standing = await posts.find(workspaceId, id);
      if (!standing || standing.status === 'deleted') return;
      // Somebody may have scheduled it since.
      await assertMayDelete(deps, caller, standing);
      await posts.save(remove(standing, timeToLive(now(), deletedKeptSeconds)), caller);
      return;
    } catch (error) {
      if (tries === maxAttempts) throw error;
    }
  }
};
