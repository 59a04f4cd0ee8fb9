import type { LaunchCode } from '../domain/launch-report.ts';
import type { AccountFacts, PostFacts } from '../domain/publishing-facts.ts';

/** Why a post cannot be published as it is, and what to do. */
export interface ContentProblem {
  code: LaunchCode;
  message: string;
  advice: string;
}

const problem = (code: LaunchCode, message: string, advice: string): ContentProblem => ({ code, message, advice });

const approvals: Readonly<Record<PostFacts['approval'], ContentProblem | null>> = {
  not_needed: null,
  approved: null,
  none: problem('approval_missing', 'The post is not approved.', 'Submit it for approval.'),
  submitted: problem('approval_pending', 'The post is waiting for approval.', 'Have it approved.'),
  changes_requested: problem(
    'approval_declined',
    'The reviewer requested changes.',
    'Change the post and submit it again.',
  ),
  outdated: problem(
    'approval_outdated',
    'The post was changed after its approval.',
    'Have the current content approved.',
  ),
};

/**
 * All that prevents a post from being published on its account at any time. Unknown accounts are reported elsewhere.
 */
export const contentProblems = (post: PostFacts, account: AccountFacts | undefined): ContentProblem[] => [
  ...overProblems(post),
  ...lengthProblems(post, account),
  ...[approvals[post.approval]].filter((each) => each !== null),
  ...post.findings.map(({ level, message }) =>
    level === 'block'
      ? problem('policy_blocked', message, 'Change the post.')
      : problem('policy_warning', message, 'Change the post, or have an owner or admin override the warning.'),
  ),
  ...mediaProblems(post),
];

const overProblems = ({ status }: PostFacts): ContentProblem[] => {
  if (status === 'published')
    return [problem('post_published', 'The post is already published.', 'Choose another post.')];
  return status === 'deleted' ? [problem('post_deleted', 'The post was deleted.', 'Choose another post.')] : [];
};

const lengthProblems = ({ parts }: PostFacts, account: AccountFacts | undefined): ContentProblem[] => {
  const most = account?.maxWeightedLength ?? Infinity;
  const longest = Math.max(...parts.map(({ weightedLength }) => weightedLength));
  if (longest <= most) return [];
  const message = `The post has ${longest} weighted characters; the account can post at most ${most}.`;
  return [problem('post_too_long', message, 'Shorten it, or publish it on an account with X Premium.')];
};

const mediaProblems = ({ media }: PostFacts): ContentProblem[] =>
  media.flatMap(({ mediaId, status }) => {
    if (status === 'ready') return [];
    return status === 'missing'
      ? [problem('media_missing', `The media file ${mediaId} no longer exists.`, 'Choose another file, or remove it.')]
      : [problem('media_awaiting_upload', `The media file ${mediaId} is not uploaded yet.`, 'Upload it.')];
  });
