import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import type { Permission } from '#shared/permissions.ts';
import type { CampaignErrors } from '../domain/error-codes.ts';
import { Note, refusedIn } from '../domain/lifecycle.ts';
import { CampaignView, onCampaign, reportRequest, StepRequest } from '../views.ts';

const operation = capability<CampaignErrors>({
  name: 'Campaign runs',
  group: 'Campaigns',
  description: 'Review, approve, pause, cancel and archive campaigns.',
});

interface StepOf<Body extends z.ZodType> {
  id: string;
  verb: string;
  summary: string;
  description: string;
  access: Extract<Permission, `campaigns:${string}`>;
  body: Body;
  refused: readonly (keyof CampaignErrors['conflict'])[];
  /** The operation waits for calls to X in progress. */
  isStop?: true;
}

const step = <Body extends z.ZodType>({
  id,
  verb,
  summary,
  description,
  access,
  body,
  refused,
  isStop,
}: StepOf<Body>) =>
  operation({
    id,
    method: 'POST',
    path: `/v1/campaigns/{campaignId}/${verb}`,
    summary,
    description,
    access,
    request: { path: onCampaign, body },
    response: CampaignView,
    status: 200,
    errors: {
      'not-found': ['campaign_not_found'],
      conflict: [...refused, 'changed_meanwhile'],
      ...(isStop && { unavailable: ['stop_not_settled'] }),
    },
    etag: true,
    ifMatch: 'optional',
  });

export const submitCampaign = step({
  id: 'submitCampaign',
  verb: 'submit',
  summary: 'Submit a campaign for review',
  description:
    'The review covers exactly the content that the launch report in `reportVersion` is about. Review is optional: ' +
    'a draft can be launched too.',
  access: 'campaigns:write',
  body: reportRequest(),
  refused: [
    ...refusedIn('in_review', 'approved', 'launching', 'running', 'paused', 'completed', 'cancelled', 'archived'),
    'launch_report_outdated',
  ],
});

export const approveCampaign = step({
  id: 'approveCampaign',
  verb: 'approve',
  summary: 'Approve a campaign in review',
  description:
    'Approves each post with the content that was submitted. Posts are approved within seconds: ' +
    '`review.approvedPosts` counts them, `review.refusedPosts` lists those that could not be approved. A post that ' +
    'is edited afterwards loses only its own approval; `review.voidedPosts` lists these, except those of which only ' +
    'alt texts or subtitles changed. The launch report stays as it is: where posts need approval, check the ' +
    'campaign again once all are approved, and launch it with the new report.',
  access: 'campaigns:launch',
  body: reportRequest(),
  refused: [
    ...refusedIn('draft', 'approved', 'launching', 'running', 'paused', 'completed', 'cancelled', 'archived'),
    'launch_report_outdated',
  ],
});

export const requestCampaignChanges = step({
  id: 'requestCampaignChanges',
  verb: 'request-changes',
  summary: 'Request changes to a campaign in review',
  description: 'The campaign becomes a draft again. Say in `note` what to change.',
  access: 'campaigns:launch',
  body: z.strictObject({ note: Note }),
  refused: refusedIn('draft', 'approved', 'launching', 'running', 'paused', 'completed', 'cancelled', 'archived'),
});

export const reviseCampaign = step({
  id: 'reviseCampaign',
  verb: 'revise',
  summary: 'Take a campaign back to draft',
  description: 'Withdraws a campaign that is in review or approved. Posts that were approved with it stay approved.',
  access: 'campaigns:write',
  body: StepRequest,
  refused: refusedIn('draft', 'launching', 'running', 'paused', 'completed', 'cancelled', 'archived'),
});

const whenUnsettled =
  'If a call to X is still open after 20 seconds, the response is 503 with `stop_not_settled`: the stop is in force, repeat ' +
  'the request. Repeating it is safe.';

export const pauseCampaign = step({
  id: 'pauseCampaign',
  verb: 'pause',
  summary: 'Pause a running campaign',
  description:
    'Responds only once no further post of the campaign can be published: calls to X that had begun have ended by then. ' +
    `Posts that come due are held. ${whenUnsettled}`,
  access: 'campaigns:launch',
  body: StepRequest,
  refused: refusedIn('draft', 'in_review', 'approved', 'launching', 'completed', 'cancelled', 'archived'),
  isStop: true,
});

export const cancelCampaign = step({
  id: 'cancelCampaign',
  verb: 'cancel',
  summary: 'Cancel a campaign',
  description:
    'Ends the campaign permanently. Responds only once none of its posts can be published any more. Posts that are ' +
    `not published yet can be scheduled again or used in another campaign. ${whenUnsettled}`,
  access: 'campaigns:launch',
  body: StepRequest,
  refused: refusedIn('completed', 'archived'),
  isStop: true,
});

export const archiveCampaign = step({
  id: 'archiveCampaign',
  verb: 'archive',
  summary: 'Archive a campaign',
  description: 'Archives a draft, or a campaign that is completed or cancelled. It stays readable and can be cloned.',
  access: 'campaigns:write',
  body: StepRequest,
  refused: refusedIn('in_review', 'approved', 'launching', 'running', 'paused', 'archived'),
});

export const operations = [
  submitCampaign,
  approveCampaign,
  requestCampaignChanges,
  reviseCampaign,
  pauseCampaign,
  cancelCampaign,
  archiveCampaign,
] as const;
