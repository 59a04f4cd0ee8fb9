import * as z from 'zod';
import { Utm } from '#events/campaigns.ts';
import { change } from '#shared/change.ts';
import { capability } from '#shared/http/operation.ts';
import { pageOf, pageQuery } from '#shared/page.ts';
import { TimeZone } from '#shared/time.ts';
import { CampaignName, CampaignStatus, maxSlots, Placement, utmOf } from '../domain/campaign.ts';
import type { CampaignErrors } from '../domain/error-codes.ts';
import { CampaignSummary, CampaignView, onCampaign } from '../views.ts';

const operation = capability<CampaignErrors>({
  name: 'Campaigns',
  group: 'Campaigns',
  description: 'Plan campaigns: posts and the times they are published.',
});

const Posts = z
  .array(Placement)
  .min(1)
  .max(maxSlots)
  .refine((posts) => new Set(posts.map(({ postId }) => postId)).size === posts.length, 'must name each post once')
  .meta({ description: 'The posts of the campaign and when to publish them' });

export const createCampaign = operation({
  id: 'createCampaign',
  method: 'POST',
  path: '/v1/campaigns',
  summary: 'Create a campaign as a draft',
  description:
    'Nothing is published until the campaign is launched. A post belongs to one campaign at a time, until that campaign ' +
    'is completed or cancelled.',
  access: 'campaigns:write',
  request: {
    body: z.strictObject({
      name: CampaignName,
      timeZone: TimeZone,
      posts: Posts,
      utm: Utm.nullable().default(null).meta({ description: utmOf }),
    }),
  },
  response: CampaignView,
  errors: {
    invalid: ['invalid_time_zone'],
    'not-found': ['post_not_found'],
    conflict: ['posts_unusable', 'changed_meanwhile'],
  },
  etag: true,
  location: '/v1/campaigns/{id}',
});

export const listCampaigns = operation({
  id: 'listCampaigns',
  method: 'GET',
  path: '/v1/campaigns',
  summary: 'List campaigns, newest first',
  access: 'campaigns:read',
  request: {
    query: pageQuery({ status: CampaignStatus.optional().meta({ description: 'Only campaigns with this status' }) }),
  },
  response: pageOf(CampaignSummary),
});

export const getCampaign = operation({
  id: 'getCampaign',
  method: 'GET',
  path: '/v1/campaigns/{campaignId}',
  summary: 'Get a campaign and the status of its posts',
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
    'Posts and times can be changed only in a draft; `posts` replaces the whole list. Name and UTM parameters can be ' +
    'changed until the campaign is completed or cancelled.',
  access: 'campaigns:write',
  request: {
    path: onCampaign,
    body: change({
      name: CampaignName.optional(),
      posts: Posts.optional(),
      utm: Utm.nullable().optional().meta({ description: utmOf }),
    }),
  },
  response: CampaignView,
  errors: {
    'not-found': ['campaign_not_found', 'post_not_found'],
    conflict: [
      'campaign_running',
      'campaign_paused',
      'campaign_completed',
      'campaign_cancelled',
      'posts_unusable',
      'changed_meanwhile',
    ],
  },
  ifMatch: 'required',
});

export const operations = [createCampaign, listCampaigns, getCampaign, changeCampaign] as const;
