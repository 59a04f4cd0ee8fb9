import type { AccountFacts, SlotFacts } from '../domain/publishing-facts.ts';
import { contentProblems } from '../launch/content-problems.ts';
import type { End } from './run.ts';

/** What already prevents a slot's post from being published before the rehearsal begins; undefined if nothing does. */
export const standingObstacle = (
  { post }: Pick<SlotFacts, 'post'>,
  account: AccountFacts | undefined,
): End | undefined => {
  if (!post) return held('post_unknown', 'There is no such post.');
  const [problem] = contentProblems(post, account);
  if (problem) return held(problem.code, `${problem.message} ${problem.advice}`);
  if (!account) return held('account_unknown', 'There is no such account in this workspace.');
  const { health } = account;
  if (health === 'healthy' || health === 'degraded' || health === 'limited') return undefined;
  return held(`account_${health}`, 'The account cannot publish until a person fixes the problem.');
};

export const held = (code: string, reason: string): End => ({ outcome: 'held', code, reason });
