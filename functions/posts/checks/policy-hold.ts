import { type Finding, policyCode, type RuleId } from '../domain/policy.ts';
import type { Post } from '../domain/post.ts';
import type { Problem } from '../domain/publication.ts';

/** The code of a post that this rule holds. */
export const heldCodeOf = (rule: RuleId): string => `${policyCode}${rule}`;

/** Why the post is held, in words a marketer understands. */
export const problemOf = ({ rule, level, message }: Finding): Problem => ({
  code: heldCodeOf(rule),
  reason: `${message} ${level === 'warn' ? 'Or have an owner or admin let it pass. ' : ''}Then schedule it again.`,
});

/** Whether the rules hold the post back. */
export const isHeldByPolicy = ({ status, problem }: Pick<Post, 'status' | 'problem'>): boolean =>
  status === 'held' && problem?.code.startsWith(policyCode) === true;
