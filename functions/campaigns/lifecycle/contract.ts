import { capability } from '#shared/http/operation.ts';
import type { CampaignErrors } from '../domain/error-codes.ts';
import { CampaignView, onCampaign } from '../views.ts';

const operation = capability<CampaignErrors>({
  name: 'Campaign runs',
  group: 'Campaigns',
  description: 'Launch, pause, resume and cancel campaigns.',
});

/** @param refused the codes of the statuses that a campaign cannot be in */
const step = (
  id: string,
  verb: string,
  [summary, description]: readonly [string, string],
  refused: readonly (keyof CampaignErrors['conflict'])[],
) =>
  operation({
    id,
    method: 'POST',
    path: `/v1/campaigns/{campaignId}/${verb}`,
    summary,
    description,
    access: 'campaigns:launch',
    request: { path: onCampaign },
    response: CampaignView,
    status: 200,
    errors: { 'not-found': ['campaign_not_found'], conflict: [...refused, 'changed_meanwhile'] },
    etag: true,
    ifMatch: 'optional',
  });

const launch = [
  'Launch a campaign',
  'Its posts are published at their times. Every time must be in the future, at most 300 days ahead; up to one ' +
    'minute in the past is accepted.',
] as const;
const pause = [
  'Pause a running campaign',
  'Takes effect immediately: posts that are not published yet are held when they come due.',
] as const;
const resume = [
  'Resume a paused campaign',
  'Held posts are scheduled again, whether held by the pause or for another reason.',
] as const;
const cancel = [
  'Cancel a campaign',
  'Ends the campaign permanently. Posts that are not published yet stay unpublished; they can be scheduled again or ' +
    'used in another campaign.',
] as const;

export const launchCampaign = step('launchCampaign', 'launch', launch, [
  'campaign_running',
  'campaign_paused',
  'campaign_completed',
  'campaign_cancelled',
  'slots_unlaunchable',
]);

export const pauseCampaign = step('pauseCampaign', 'pause', pause, [
  'campaign_draft',
  'campaign_paused',
  'campaign_completed',
  'campaign_cancelled',
]);

export const resumeCampaign = step('resumeCampaign', 'resume', resume, [
  'campaign_draft',
  'campaign_running',
  'campaign_completed',
  'campaign_cancelled',
]);

export const cancelCampaign = step('cancelCampaign', 'cancel', cancel, ['campaign_completed', 'campaign_cancelled']);

export const operations = [launchCampaign, pauseCampaign, resumeCampaign, cancelCampaign] as const;
