import * as z from 'zod';
import { Utm } from '#events/campaigns.ts';
import { change } from '#shared/change.ts';
import { capability } from '#shared/http/operation.ts';
import { pageOf, pageQuery } from '#shared/page.ts';
import { TimeZone } from '#shared/time.ts';
import { CampaignName, CampaignStatus, mostSlots, Placement } from '../domain/campaign.ts';
import type { CampaignErrors } from '../domain/error-codes.ts';
import { CampaignSummary, CampaignView, onCampaign } from '../views.ts';

const operation = capability<CampaignErrors>({
  name: 'Campaigns',
  group: 'Campaigns',
  description: 'Plan campaigns: posts with the times they go out.',
});

const Posts = z
  .array(Placement)
  .min(1)
  .max(mostSlots)
  .refine((posts) => new Set(posts.map(({ postId }) => postId)).size === posts.length, 'must name each post once');

export const createCampaign = operation({
  id: 'createCampaign',
  method: 'POST',
  path: '/v1/campaigns',
  summary: 'Make a campaign of posts and the times they go out, as a draft',
  access: 'campaigns:write',
  request: {
    body: z.strictObject({ name: CampaignName, timeZone: TimeZone, posts: Posts, utm: Utm.nullable().default(null) }),
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
  summary: 'List campaigns, the newest first, filtered by status',
  access: 'campaigns:read',
  request: { query: pageQuery({ status: CampaignStatus.optional() }) },
  response: pageOf(CampaignSummary),
});

export const getCampaign = operation({
  id: 'getCampaign',
  method: 'GET',
  path: '/v1/campaigns/{campaignId}',
  summary: 'Read a campaign and how far its posts are',
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
  summary: 'Rename a campaign, mark its links otherwise, or give a draft other posts or times',
  access: 'campaigns:write',
  request: {
    path: onCampaign,
    body: change({
      name: CampaignName.optional(),
      posts: Posts.optional(),
      utm: Utm.nullable().optional().meta({ description: 'For posts that are written from now on' }),
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
