import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import type { CampaignErrors } from '../domain/error-codes.ts';
import { Rehearsal, RehearsalRequest, RehearsedSlot } from '../domain/rehearsal.ts';
import { forReadersOfUsage, onCampaign } from '../views.ts';

const operation = capability<CampaignErrors>({
  name: 'Campaign rehearsals',
  group: 'Campaigns',
  description: 'Simulate the plan of a campaign against a model of X, before anything is published.',
});

const RehearsalView = Rehearsal.extend({
  slots: z
    .array(
      RehearsedSlot.extend({
        costMicros: RehearsedSlot.shape.costMicros.optional().meta({
          description: `X API cost in micro-dollars. ${forReadersOfUsage}.`,
        }),
      }).meta({ id: 'RehearsedSlotView' }),
    )
    .meta({ description: 'In order of planned time' }),
  spent: Rehearsal.shape.spent.optional().meta({
    description: `${Rehearsal.shape.spent.description}. ${forReadersOfUsage}.`,
  }),
}).meta({ id: 'RehearsalView' });

export const rehearseCampaign = operation({
  id: 'rehearseCampaign',
  method: 'POST',
  path: '/v1/campaigns/{campaignId}/rehearse',
  summary: 'Rehearse the plan of a campaign',
  description:
    'Simulates the saved plan from its beginning against a model of X with the limits and faults given. The result ' +
    'says what is published when, what is held, missed or fails and why, delays, cost, and days that reach a limit. ' +
    'Posts and accounts are as the latest check found them; unchecked posts count as plain single posts, unchecked ' +
    'accounts as healthy. A rehearsal judges late posts by the catch-up policy of the plan; in a real campaign, the ' +
    '`missedPolicy` of each post decides. The same seed gives the same result. Nothing is saved or published.',
  access: 'campaigns:read',
  request: { path: onCampaign, body: RehearsalRequest },
  response: RehearsalView,
  status: 200,
  errors: {
    invalid: ['invalid_plan', 'invalid_experiment', 'invalid_time_zone'],
    'not-found': ['campaign_not_found'],
    conflict: ['campaign_is_template', 'campaign_without_plan'],
  },
  idempotency: 'inherent',
  limit: 'costly',
});

export const operations = [rehearseCampaign] as const;
