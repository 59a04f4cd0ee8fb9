import * as z from 'zod';
import { change } from '#shared/change.ts';
import { capability } from '#shared/http/operation.ts';
import { pageOf, pageQuery } from '#shared/page.ts';
import { campaignFields } from '../domain/campaign.ts';
import type { CampaignErrors } from '../domain/error-codes.ts';
import { CampaignStatus, Step } from '../domain/lifecycle.ts';
import { CampaignView, onCampaign, SlotView } from '../views.ts';

const operation = capability<CampaignErrors>({
  name: 'Campaigns',
  group: 'Campaigns',
  description: 'Find and describe campaigns: brief, goals, budget, owner and tags.',
});

export const listCampaigns = operation({
  id: 'listCampaigns',
  method: 'GET',
  path: '/v1/campaigns',
  summary: 'List campaigns, newest first',
  access: 'campaigns:read',
  request: {
    query: pageQuery({
      status: CampaignStatus.optional().meta({ description: 'Only campaigns with this status' }),
      template: z
        .enum(['true', 'false'])
        .default('false')
        .meta({ description: '`true`: only templates; `false`: only campaigns that are not templates' }),
      tag: z.string().min(1).max(40).optional().meta({ description: 'Only campaigns with this tag' }),
    }),
  },
  response: pageOf(CampaignView),
});

export const getCampaign = operation({
  id: 'getCampaign',
  method: 'GET',
  path: '/v1/campaigns/{campaignId}',
  summary: 'Get a campaign',
  access: 'campaigns:read',
  request: { path: onCampaign },
  response: CampaignView,
  errors: { 'not-found': ['campaign_not_found'] },
  etag: true,
});

export const changeCampaign = operation({
  id: 'changeCampaign',
  method: 'PATCH',
  path: '/v1/campaigns/{campaignId}',
  summary: 'Change a campaign',
  description:
    'Changes name, brief, tags, owner, goals, budget and UTM parameters; the plan has its own operations. The budget of a launched campaign requires permission `campaigns:launch`.',
  access: 'campaigns:write',
  request: { path: onCampaign, body: change(campaignFields) },
  response: CampaignView,
  errors: {
    forbidden: ['campaign_is_launched'],
    'not-found': ['campaign_not_found'],
    conflict: [
      'campaign_launching',
      'campaign_completed',
      'campaign_cancelled',
      'campaign_archived',
      'changed_meanwhile',
    ],
  },
  ifMatch: 'required',
});

export const listCampaignSlots = operation({
  id: 'listCampaignSlots',
  method: 'GET',
  path: '/v1/campaigns/{campaignId}/slots',
  summary: 'List the slots of a launched campaign',
  description:
    'Each with its post, time and status; not sorted by time. A campaign that has not been launched has none: preview its ' +
    'plan instead.',
  access: 'campaigns:read',
  request: { path: onCampaign, query: pageQuery({}) },
  response: pageOf(SlotView),
  errors: { 'not-found': ['campaign_not_found'] },
});

export const listCampaignSteps = operation({
  id: 'listCampaignSteps',
  method: 'GET',
  path: '/v1/campaigns/{campaignId}/steps',
  summary: 'List the status changes of a campaign, newest first',
  description: 'Each with who made it, when and why.',
  access: 'campaigns:read',
  request: { path: onCampaign, query: pageQuery({}) },
  response: pageOf(Step),
  errors: { 'not-found': ['campaign_not_found'] },
});

export const operations = [listCampaigns, getCampaign, changeCampaign, listCampaignSlots, listCampaignSteps] as const;
