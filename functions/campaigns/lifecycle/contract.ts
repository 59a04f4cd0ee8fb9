import { capability } from '#shared/http/operation.ts';
import type { CampaignErrors } from '../domain/error-codes.ts';
import { CampaignView, onCampaign } from '../views.ts';

const operation = capability<CampaignErrors>({
  name: 'Campaign runs',
  group: 'Campaigns',
  description: 'Launch, pause, resume and cancel campaigns.',
});

/** @param refused the codes of the statuses that a campaign cannot be in */
const step = (id: string, verb: string, summary: string, refused: readonly (keyof CampaignErrors['conflict'])[]) =>
  operation({
    id,
    method: 'POST',
    path: `/v1/campaigns/{campaignId}/${verb}`,
    summary,
    access: 'campaigns:launch',
    request: { path: onCampaign },
    response: CampaignView,
    status: 200,
    errors: { 'not-found': ['campaign_not_found'], conflict: [...refused, 'changed_meanwhile'] },
    etag: true,
    ifMatch: 'optional',
  });

export const launchCampaign = step('launchCampaign', 'launch', 'Let a campaign publish its posts at their times', [
  'campaign_running',
  'campaign_paused',
  'campaign_completed',
  'campaign_cancelled',
  'slots_unlaunchable',
]);

export const pauseCampaign = step('pauseCampaign', 'pause', 'Hold back at once whatever is not out yet', [
  'campaign_draft',
  'campaign_paused',
  'campaign_completed',
  'campaign_cancelled',
]);

export const resumeCampaign = step('resumeCampaign', 'resume', 'Let a paused campaign go on', [
  'campaign_draft',
  'campaign_running',
  'campaign_completed',
  'campaign_cancelled',
]);

export const cancelCampaign = step('cancelCampaign', 'cancel', 'End a campaign; what is not out yet stays back', [
  'campaign_completed',
  'campaign_cancelled',
]);

export const operations = [launchCampaign, pauseCampaign, resumeCampaign, cancelCampaign] as const;
