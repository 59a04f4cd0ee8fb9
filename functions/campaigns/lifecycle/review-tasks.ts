import * as z from 'zod';
import { type ApprovalOrder, ApprovalOutcome } from '#events/campaign-content.ts';
import { retryOnLostUpdate } from '#shared/entities.ts';
import { CampaignId, WorkspaceId } from '#shared/ids.ts';
import { type Task, task } from '#shared/lambda/task.ts';
import type { Deps } from '../deps.ts';
import { withApprovals } from '../domain/lifecycle.ts';
import { tasks as names } from '../task-names.ts';

const onPart = { workspaceId: WorkspaceId, campaignId: CampaignId, part: z.int().min(0) };

type Approvals = { outcome: 'done' } | ({ outcome: 'approve' } & Omit<ApprovalOrder, 'workspaceId' | 'campaignId'>);

/** Tasks of `approve-campaign`: posts of a review are approved part by part, by content hash. */
export const reviewTasks = ({ campaigns, checks, posts }: Pick<Deps, 'campaigns' | 'checks' | 'posts'>): Task[] => [
  task(names.readApprovals, z.object(onPart), async ({ workspaceId, campaignId, part }): Promise<Approvals> => {
    const campaign = await campaigns.find(workspaceId, campaignId);
    const review = campaign?.review;
    if (!review?.approver || review.decidedAt === null) return { outcome: 'done' };
    const found = await checks.findPart(workspaceId, campaignId, review.checkId, part);
    if (!found) return { outcome: 'done' };
    const { personId, people } = review.submitter;
    return {
      outcome: 'approve',
      by: review.approver,
      at: review.decidedAt,
      submittedBy: { personId, people },
      approvals: found.slots.flatMap(({ postId, facts }) => {
        const isOpen = facts && facts.approval !== 'approved' && facts.approval !== 'not_needed';
        return isOpen === true ? [{ postId, contentHash: facts.contentHash }] : [];
      }),
    };
  }),
  task(
    names.keepApprovals,
    z.object({ ...onPart, approved: ApprovalOutcome }),
    async ({ workspaceId, campaignId, part, approved }, origin) => {
      for (const { postId, outcome } of approved.posts) {
        if (outcome === 'approved') await posts.noteApproval(workspaceId, postId, campaignId);
      }
      await retryOnLostUpdate(async () => {
        const campaign = await campaigns.find(workspaceId, campaignId);
        if (!campaign?.review) return;
        const review = withApprovals(campaign.review, part, approved.posts);
        if (review !== campaign.review) await campaigns.save({ ...campaign, review }, origin);
      });
      return { part: part + 1 };
    },
  ),
];
