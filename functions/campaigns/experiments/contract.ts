import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { AccountId, PostId } from '#shared/ids.ts';
import { text } from '#shared/text.ts';
import { Instant } from '#shared/time.ts';
import type { CampaignErrors } from '../domain/error-codes.ts';
import {
  Block,
  CampaignExperiment,
  ExperimentCounts,
  ExperimentRequest,
  Split,
  VariantContent,
  VariantKey,
  Verdict,
} from '../domain/experiment.ts';
import { refusedIn } from '../domain/lifecycle.ts';
import { SlotKey } from '../domain/planned-slot.ts';
import { SlotStatus } from '../domain/slot.ts';
import { CampaignView, onCampaign } from '../views.ts';

const operation = capability<CampaignErrors>({
  name: 'Campaign experiments',
  group: 'Campaigns',
  description: 'Compare variants of content within a campaign by what their posts achieve on X.',
});

/** Large enough for the contents of 2,000 slots. */
const largestExperiment = 2 * 1024 * 1024;

const isLaunched = refusedIn('launching', 'running', 'paused', 'completed', 'cancelled', 'archived');
const notDraft = [...refusedIn('in_review', 'approved'), ...isLaunched];

const BlockView = Block.omit({ slots: true })
  .extend({
    slots: z
      .array(
        z.object({
          slotKey: SlotKey,
          variant: VariantKey,
          postId: PostId,
          publishAt: Instant.meta({ description: 'Planned time (UTC)' }),
          status: SlotStatus,
          publishedAt: Instant.nullable().meta({ description: 'When it was published (UTC); null: not yet' }),
          counted: z
            .object({
              measuredAt: Instant.meta({ description: 'When the metrics were read from X (UTC)' }),
              counts: ExperimentCounts,
            })
            .nullable()
            .meta({ description: 'First reading of its metrics at `maturityHours` or later; null: none yet' }),
        }),
      )
      .meta({ description: 'One slot per variant, in order of time' }),
  })
  .meta({ id: 'ExperimentBlock', description: 'Slots that are alike, one per variant' });

export const ExperimentView = CampaignExperiment.omit({ contents: true })
  .extend({
    accountIds: z.array(AccountId).meta({ description: 'Accounts that take part' }),
    contents: z.array(VariantContent).meta({ description: 'Content of each variant besides the control' }),
    smallestLift: z
      .number()
      .nullable()
      .meta({
        description:
          'Smallest relative lift that these blocks detect at 80% power if posts vary by a factor of about 1.4 around the ' +
          'level of their block; null: none',
      }),
    blocks: z.array(BlockView).meta({
      description: 'Blocks of the launch; before the launch, those of the latest check',
    }),
    verdict: Verdict.nullable().meta({ description: 'Current verdict; null: not launched yet' }),
    sampleRatio: z
      .array(Split)
      .meta({ description: 'Comparison of how many slots of each variant and of the control were published' }),
  })
  .meta({ id: 'CampaignExperiment', description: 'The experiment of a campaign' });

export const putCampaignExperiment = operation({
  id: 'putCampaignExperiment',
  method: 'PUT',
  path: '/v1/campaigns/{campaignId}/experiment',
  summary: 'Register the experiment of a draft',
  description:
    'Replaces an existing experiment. When the campaign is checked, slots of the track that are alike in account, weekday ' +
    'class and four-hour band form blocks with one slot per variant; the seed decides which slot gets which variant. ' +
    'Slots of the control keep their content; the others publish the next content of their variant. Check the campaign ' +
    'afterwards.',
  access: 'campaigns:write',
  request: { path: onCampaign, body: ExperimentRequest },
  response: CampaignView,
  errors: {
    invalid: ['invalid_experiment', 'invalid_plan', 'invalid_time_zone'],
    'not-found': ['campaign_not_found', 'plan_version_not_found'],
    conflict: [...notDraft, 'campaign_is_template', 'campaign_without_plan', 'changed_meanwhile'],
  },
  ifMatch: 'required',
  maxBodyBytes: largestExperiment,
});

export const deleteCampaignExperiment = operation({
  id: 'deleteCampaignExperiment',
  method: 'DELETE',
  path: '/v1/campaigns/{campaignId}/experiment',
  summary: 'Remove the experiment of a draft',
  description: 'All slots then publish the content of the plan. Check the campaign afterwards.',
  access: 'campaigns:write',
  request: { path: onCampaign },
  response: CampaignView,
  errors: {
    'not-found': ['campaign_not_found', 'experiment_not_found'],
    conflict: [...notDraft, 'campaign_is_template', 'campaign_without_plan', 'changed_meanwhile'],
  },
  ifMatch: 'required',
});

export const signOffCampaignExperiment = operation({
  id: 'signOffCampaignExperiment',
  method: 'POST',
  path: '/v1/campaigns/{campaignId}/experiment/sign-off',
  summary: 'Sign off an experiment that is unlikely to reach a verdict',
  description:
    'An experiment whose blocks are too few to detect even a doubling prevents the launch until it is signed off. Check the ' +
    'campaign again afterwards.',
  access: 'campaigns:launch',
  request: { path: onCampaign, body: z.strictObject({ note: text(500).meta({ description: 'Why' }) }) },
  response: CampaignView,
  status: 200,
  errors: {
    'not-found': ['campaign_not_found', 'experiment_not_found'],
    conflict: [...isLaunched, 'changed_meanwhile'],
  },
  etag: true,
  ifMatch: 'optional',
});

export const getCampaignExperiment = operation({
  id: 'getCampaignExperiment',
  method: 'GET',
  path: '/v1/campaigns/{campaignId}/experiment',
  summary: 'Get the experiment of a campaign, with its verdict',
  description:
    'Returns the registration, the blocks with the metrics of their slots, and the verdict. Read it as often as you like: ' +
    'reading does not raise the probability of a false winner above `alpha`.',
  access: 'campaigns:read',
  request: { path: onCampaign },
  response: ExperimentView,
  errors: { 'not-found': ['campaign_not_found', 'experiment_not_found'] },
});

export const operations = [
  getCampaignExperiment,
  putCampaignExperiment,
  deleteCampaignExperiment,
  signOffCampaignExperiment,
] as const;
