import type { Author } from '#shared/actor.ts';
import { unlessOvertaken } from '#shared/entities.ts';
import type { Deps } from '../deps.ts';
import { remind } from '../domain/approval-reminder.ts';

type Wants = Pick<Deps, 'posts' | 'now'>;

/**
 * Sends reminders of submitted posts that have waited for approval for a day, or are due soon and still wait: each once
 * per submission. A reminder that cannot be written does not hold up the others.
 * @throws AggregateError of the failures, so that the workflow tries again
 */
export const remindOfApprovals = async (deps: Wants, author: Author): Promise<{ reminded: number }> => {
  const waiting = await deps.posts.waitingForApproval(deps.now().toISOString());
  const outcomes = await Promise.allSettled(waiting.map((post) => remindOf(deps, post, author)));
  const failed = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
  if (failed.length > 0) throw new AggregateError(failed, `${failed.length} reminders could not be written`);
  return { reminded: outcomes.filter((outcome) => outcome.status === 'fulfilled' && outcome.value).length };
};

const remindOf = async (
  { posts, now }: Wants,
  { workspaceId, postId }: { workspaceId: string; postId: string },
  author: Author,
): Promise<boolean> => {
  const post = await posts.find(workspaceId, postId);
  const reminded = post && remind(post, now());
  if (!reminded) return false;
  // If somebody changed the post since it was read, it no longer waits, or the next run finds it.
  return (await unlessOvertaken(posts.save(reminded, author))) !== undefined;
};
