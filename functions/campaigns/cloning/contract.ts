import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { CampaignName } from '../domain/campaign.ts';
import type { CampaignErrors } from '../domain/error-codes.ts';
import { LocalDate } from '../domain/plan-policies.ts';
import { CampaignView, onCampaign } from '../views.ts';

const operation = capability<CampaignErrors>({
  name: 'Campaign clones',
  group: 'Campaigns',
  description: 'Create campaigns from campaigns and from templates.',
});

export const cloneCampaign = operation({
  id: 'cloneCampaign',
  method: 'POST',
  path: '/v1/campaigns/{campaignId}/clone',
  summary: 'Clone a campaign or a template',
  description:
    'Creates a draft with the same plan, brief, goals, budget, owner, tags and UTM parameters, but without the ' +
    'experiment. With `start`, all publishing times move so that the first slot is on that day, at the same local times, ' +
    'or on the next day that the rules allow; blackouts stay, and edits of individual slots are dropped. The plan names the same posts: replace those that are already published, as X rejects repeated text. With ' +
    '`isTemplate`, the clone is a template: it can be cloned, but not checked or launched.',
  access: 'campaigns:write',
  request: {
    path: onCampaign,
    body: z
      .strictObject({
        name: CampaignName.optional().meta({ description: 'Name of the clone; default: that of the original' }),
        start: LocalDate.optional().meta({ description: 'Day of the first slot, in the time zone of the plan' }),
        isTemplate: z.boolean().default(false).meta({ description: 'Whether the clone is a template' }),
      })
      .meta({ id: 'CloneRequest' })
      .prefault({}),
  },
  response: CampaignView,
  errors: {
    invalid: ['invalid_plan'],
    'not-found': ['campaign_not_found', 'plan_version_not_found'],
    conflict: ['changed_meanwhile'],
  },
  etag: true,
  location: '/v1/campaigns/{id}',
});

export const operations = [cloneCampaign] as const;
