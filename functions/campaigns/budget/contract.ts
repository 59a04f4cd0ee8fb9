import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { Amount, Budget, Forecast, Pace } from '../domain/budget.ts';
import type { CampaignErrors } from '../domain/error-codes.ts';
import { onCampaign } from '../views.ts';

const operation = capability<CampaignErrors>({
  name: 'Campaign budget',
  group: 'Campaigns',
  description:
    'Follow what a campaign spends at X, and forecast the rest. The budget itself is a field of the campaign.',
});

export const getCampaignSpending = operation({
  id: 'getCampaignSpending',
  method: 'GET',
  path: '/v1/campaigns/{campaignId}/spending',
  summary: 'Get the spending, pace and forecast of a campaign',
  description:
    'The cost of a post is reserved before it is sent, so posts due at the same time cannot exceed the budget together. ' +
    'The campaign pauses before a post that would exceed either cap: raise the budget, then resume the campaign.',
  access: 'usage:read',
  request: { path: onCampaign },
  response: z
    .object({
      budget: Budget.nullable().meta({ description: 'Budget of the campaign; null: none' }),
      spent: Amount.meta({
        description:
          'Spent on published posts and parts of threads, and reserved for posts that are being published or were held ' +
          'while being published',
      }),
      pace: Pace,
      forecast: Forecast,
    })
    .meta({ id: 'CampaignSpending' }),
  errors: { 'not-found': ['campaign_not_found'] },
});

export const operations = [getCampaignSpending] as const;
