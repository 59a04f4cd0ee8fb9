import type { ApprovalOrder, ApprovalOutcome } from '#events/campaign-content.ts';
import type { WorkspaceSettings } from '#events/users.ts';
import { DomainError } from '#shared/errors.ts';
import type { TaskOrigin } from '#shared/lambda/task.ts';
import { inLanes } from '#shared/lanes.ts';
import { mayDo } from '#shared/permissions.ts';
import { releaseApproved } from '../approval/approve.ts';
import type { Deps } from '../deps.ts';
import { approve, submit } from '../domain/approval.ts';
import type { MediaOf } from '../domain/content.ts';
import { withHash } from '../domain/content-hash.ts';
import { handsBehind } from '../domain/hands.ts';
import type { Post } from '../domain/post.ts';
import { writerOf } from './writer.ts';

type Outcome = ApprovalOutcome['posts'][number]['outcome'];

/** Number of posts written concurrently. */
const lanes = 5;

/**
 * Approves exactly these contents in the name of whoever approved the campaign, by the rules for single posts, without
 * an override. Whoever submitted the campaign counts as having submitted its posts. The content rules are left to the
 * launch check. Repeating the call changes nothing.
 * @throws DomainError `changed_meanwhile`: the workflow retries
 */
export const approveForCampaign = async (
  deps: Deps,
  order: ApprovalOrder,
  origin: TaskOrigin,
): Promise<ApprovalOutcome> => {
  const { workspaceId, by, approvals } = order;
  const postIds = approvals.map(({ postId }) => postId);
  const [posts, settings] = await Promise.all([
    deps.posts.findAll(workspaceId, postIds),
    deps.settings.get(workspaceId),
  ]);
  const mediaIds = [...posts.values()].flatMap(({ parts }) => parts.flatMap((part) => part.mediaIds));
  const media = await deps.media.findAll(workspaceId, mediaIds);
  const writer = writerOf(workspaceId, by, origin);
  return {
    posts: await inLanes(approvals, lanes, async ({ postId, contentHash }) => {
      const found = posts.get(postId);
      if (!found || found.status === 'deleted') return { postId, outcome: 'not_found' };
      const files = new Map([...media].filter(([id]) => found.parts.some(({ mediaIds: own }) => own.includes(id))));
      const post = withHash(found, files);
      if (post.contentHash !== contentHash) return { postId, outcome: 'changed' };
      if (isApproved(post, by.personId, settings)) return { postId, outcome: 'approved' };
      const decided = decide(post, files, order, settings);
      if (typeof decided === 'string') return { postId, outcome: decided };
      await deps.posts.save(releaseApproved(decided, deps.now()), writer);
      return { postId, outcome: 'approved' };
    }),
  };
};

/**
 * Whether this content is approved and another approval would add nothing. To an approval by a contributor, a second
 * pair of eyes would add something.
 */
const isApproved = (
  { approval, contentHash }: Post,
  by: string,
  { approval: demanded }: WorkspaceSettings,
): boolean => {
  const { status, contentHash: approved, isOwn, isOverride, decidedBy } = approval;
  if (status !== 'approved' || approved !== contentHash) return false;
  return !isOwn || isOverride || (decidedBy === by && demanded !== 'four_eyes');
};

/** The approved post, or why it cannot be approved. */
const decide = (
  post: Post,
  files: MediaOf,
  { by, at, submittedBy }: ApprovalOrder,
  { approval: demanded }: WorkspaceSettings,
): Post | Outcome => {
  if (!mayDo(by.role, 'posts:approve')) return 'not_permitted';
  const decidedAt = new Date(at);
  const submitters = submittedBy?.people ?? [];
  try {
    const asked = submittedBy ? submit(post, { by: submittedBy.personId, submitters }, decidedAt) : post;
    const hands = [...handsBehind(asked, files), ...submitters];
    return approve(asked, { by: by.personId, hands, demanded, isOverride: false }, decidedAt);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    if (error.code === 'four_eyes' || error.code === 'only_for_people' || error.code === 'writer_unknown') {
      return error.code;
    }
    if (error.kind === 'conflict') return 'not_open';
    throw error;
  }
};
