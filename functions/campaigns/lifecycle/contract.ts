import { operation } from '#shared/http/operation.ts';
import { CampaignView, onCampaign } from '../views.ts';

const step = (id: string, verb: string, summary: string) =>
  operation({
    id,
    method: 'POST',
    path: `/v1/campaigns/{campaignId}/${verb}`,
    summary,
    access: 'campaigns:launch',
    request: { path: onCampaign },
    response: CampaignView,
    status: 200,
    errors: ['not-found', 'conflict'],
    etag: true,
    ifMatch: 'optional',
  });

export const launchCampaign = step('launchCampaign', 'launch', 'Let a campaign publish its posts at their times');

export const pauseCampaign = step('pauseCampaign', 'pause', 'Hold back at once whatever is not out yet');

export const resumeCampaign = step('resumeCampaign', 'resume', 'Let a paused campaign go on');

export const cancelCampaign = step('cancelCampaign', 'cancel', 'End a campaign; what is not out yet stays back');

export const operations = [launchCampaign, pauseCampaign, resumeCampaign, cancelCampaign] as const;
