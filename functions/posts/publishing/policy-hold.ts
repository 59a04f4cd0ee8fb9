import { policyCodeOf } from '#events/posts.ts';
import type { Finding } from '../domain/policy.ts';
import type { Problem } from '../domain/publication.ts';

/** Why the post is held, in words a marketer understands. */
export const problemOf = ({ rule, level, message }: Finding): Problem => ({
  code: policyCodeOf(rule),
  reason: `${message} Then schedule it again${level === 'warn' ? ', or have an owner or admin override the warning' : ''}.`,
});
