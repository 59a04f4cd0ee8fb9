import { policyCodeOf } from '#events/posts.ts';
import { DomainError } from '#shared/errors.ts';
import type { Caller } from '#shared/http/route.ts';
import { evaluatePolicy } from '../checks/readiness.ts';
import { passesWithTime } from '../checks/rules.ts';
import type { Deps } from '../deps.ts';
import type { Override, RuleId } from '../domain/policy.ts';
import type { Post } from '../domain/post.ts';
import { release } from '../domain/release.ts';

/** Maximum number of overrides kept with a post, the newest ones: those of older contents have no effect. */
const maxKept = 20;

/**
 * Overrides a warning for exactly the current content; a post held only by this warning is released.
 * @throws DomainError `post_…` while it is being published or once it was, `no_such_warning` if the rule finds nothing
 *   in it, `not_overridable` for blocks
 */
export const overrideWarning = async (
  deps: Deps,
  post: Post,
  { rule, reason }: { rule: RuleId; reason: string },
  caller: Caller,
): Promise<Post> => {
  if (['publishing', 'published'].includes(post.status)) {
    const said = `Warnings of a post with the status ${post.status} can no longer be overridden.`;
    throw new DomainError('conflict', `post_${post.status}`, said);
  }
  const judged = await evaluatePolicy(deps, post);
  const found = judged.findings?.filter((each) => each.rule === rule) ?? [];
  const fields = [{ path: 'body.rule', code: 'not_a_warning', message: 'is not a warning of this post' }];
  if (found.length === 0) {
    throw new DomainError('conflict', 'no_such_warning', 'This rule finds nothing in the current content.', { fields });
  }
  // A draft is judged as if it were published now; it may be meant for when X accepts the text again.
  const isForLater = passesWithTime(rule) && post.status !== 'held';
  if (!isForLater && found.some(({ level }) => level === 'block')) {
    throw new DomainError('unprocessable', 'not_overridable', 'What this rule finds cannot be overridden.', { fields });
  }
  const now = deps.now();
  const { contentHash } = judged;
  const override: Override = {
    rule,
    contentHash,
    reason,
    overriddenBy: caller.personId,
    overriddenAt: now.toISOString(),
  };
  const older = (post.overrides ?? []).filter((each) => each.rule !== rule || each.contentHash !== contentHash);
  const overridden = { ...judged, overrides: [...older, override].slice(-maxKept) };
  const isHeldByIt = post.status === 'held' && post.problem?.code === policyCodeOf(rule);
  return deps.posts.save(isHeldByIt ? release(overridden, now) : overridden, caller);
};
