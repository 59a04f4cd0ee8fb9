import type { LaunchCode } from '../domain/launch-report.ts';
import type { AccountFacts, PostFacts } from '../domain/publishing-facts.ts';

/** Why a post cannot go out as it is, and what to do. */
export interface ContentProblem {
  code: LaunchCode;
  message: string;
  advice: string;
}

const problem = (code: LaunchCode, message: string, advice: string): ContentProblem => ({ code, message, advice });

const approvals: Readonly<Record<PostFacts['approval'], ContentProblem | null>> = {
  not_needed: null,
  approved: null,
  none: problem('approval_missing', 'Nobody was asked to approve it.', 'Submit it, and have it approved.'),
  submitted: problem('approval_pending', 'It waits for its approval.', 'Have it approved.'),
  changes_requested: problem(
    'approval_declined',
    'Whoever reviewed it asked for changes.',
    'Change it, submit it again, and have it approved.',
  ),
  outdated: problem('approval_outdated', 'It was changed after its approval.', 'Have it approved as it is now.'),
};

/** All that keeps a post from going out on its account, whatever the time. An unknown account is no matter of the post. */
export const contentProblems = (post: PostFacts, account: AccountFacts | undefined): ContentProblem[] => [
  ...overProblems(post),
  ...lengthProblems(post, account),
  ...[approvals[post.approval]].filter((each) => each !== null),
  ...post.findings.map(({ level, message }) =>
    level === 'block'
      ? problem('policy_blocked', message, 'Change the post.')
      : problem('policy_warning', message, 'Change the post, or have an owner or admin let it pass.'),
  ),
  ...mediaProblems(post),
];

const overProblems = ({ status }: PostFacts): ContentProblem[] => {
  if (status === 'published') return [problem('post_published', 'It is on X already.', 'Choose another post.')];
  return status === 'deleted' ? [problem('post_deleted', 'It was deleted.', 'Choose another post.')] : [];
};

const lengthProblems = ({ parts }: PostFacts, account: AccountFacts | undefined): ContentProblem[] => {
  const most = account?.maxWeightedLength ?? Infinity;
  const longest = Math.max(...parts.map(({ weightedLength }) => weightedLength));
  if (longest <= most) return [];
  const message = `It is ${longest} characters long as X counts, and the account may post ${most}.`;
  return [problem('post_too_long', message, 'Shorten it, or publish it on an account with X Premium.')];
};

const mediaProblems = ({ media }: PostFacts): ContentProblem[] =>
  media.flatMap(({ mediaId, status }) => {
    if (status === 'ready') return [];
    return status === 'missing'
      ? [problem('media_missing', `Its file ${mediaId} is not there any more.`, 'Give it another file, or none.')]
      : [problem('media_awaiting_upload', `Its file ${mediaId} was never uploaded.`, 'Upload it.')];
  });
