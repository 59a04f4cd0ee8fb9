import * as z from 'zod';
import { Utm } from '#events/campaigns.ts';
import {
  PostCancelled,
  PostCreated,
  PostDeleted,
  PostFailed,
  PostHeld,
  PostMissed,
  PostPublished,
  PostScheduled,
} from '#events/posts.ts';
import { standingEvents } from '#events/standing.ts';
import { healthOperations } from '#shared/http/health.ts';
import { change } from '#shared/change.ts';
import { operation } from '#shared/http/operation.ts';
import { pageOf, pageQuery } from '#shared/page.ts';
import { CampaignId, PostId, SlotId } from '#shared/ids.ts';
import { Instant, TimeZone } from '#shared/time.ts';
import { Campaign, CampaignName, CampaignStatus, mostSlots, Placement } from './domain/campaign.ts';
import { SlotStatus } from './domain/slot.ts';

const onCampaign = z.strictObject({ campaignId: CampaignId });

/** A campaign as lists show it. */
export const CampaignSummary = Campaign.omit({
  workspaceId: true,
  correlationId: true,
  changedBy: true,
  startedAt: true,
  slots: true,
}).meta({ id: 'CampaignSummary' });

/** A campaign with its slots, in the order they were given. */
export const CampaignView = CampaignSummary.extend({
  slots: z.array(z.object({ id: SlotId, postId: PostId, publishAt: Instant, status: SlotStatus })),
}).meta({ id: 'CampaignView' });

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
  errors: ['not-found', 'conflict'],
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
  errors: ['not-found'],
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
  errors: ['not-found', 'conflict'],
  ifMatch: 'required',
});

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

export const health = healthOperations('campaigns');

export const operations = [
  createCampaign,
  listCampaigns,
  getCampaign,
  changeCampaign,
  launchCampaign,
  pauseCampaign,
  resumeCampaign,
  cancelCampaign,
  health.health,
  health.ready,
] as const;

/** Events of others that this context follows. */
export const listensTo = [
  PostCreated,
  PostScheduled,
  PostPublished,
  PostFailed,
  PostHeld,
  PostMissed,
  PostCancelled,
  PostDeleted,
  ...standingEvents,
] as const;

/** Steps of workflows that this context carries out. */
export const tasks = {
  permit: 'campaigns.permit',
  planWindow: 'campaigns.planWindow',
  finish: 'campaigns.finish',
  sharePerson: 'campaigns.sharePerson',
  eraseWorkspace: 'campaigns.eraseWorkspace',
} as const;
