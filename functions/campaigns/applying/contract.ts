import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { CampaignId, SlotId } from '#shared/ids.ts';
import type { CampaignErrors } from '../domain/error-codes.ts';
import { refusedIn } from '../domain/lifecycle.ts';
import { Conflict } from '../domain/planned-slot.ts';
import { CampaignView, onCampaign, reportRequest, SlotView, StepRequest } from '../views.ts';

const operation = capability<CampaignErrors>({
  name: 'Running campaigns',
  group: 'Campaigns',
  description: 'Change what a launched campaign has yet to publish.',
});

/** Error codes of a campaign that is not launched, or has ended. */
const notLive = refusedIn('draft', 'in_review', 'approved', 'launching', 'completed', 'cancelled', 'archived');

export const applyCampaignPlan = operation({
  id: 'applyCampaignPlan',
  method: 'POST',
  path: '/v1/campaigns/{campaignId}/apply',
  summary: 'Apply the latest plan to a launched campaign',
  description:
    'Save the new plan, check the campaign, read the report (`change` lists what is added, replaced, moved and dropped), ' +
    'then apply it by its version. Posts of new slots are claimed first, all or none; then slots are moved and dropped. ' +
    'Slots that are published, being published, failed or dropped stay as they are: `launch.leftAlone` lists them. Poll ' +
    'the campaign until `launch.endedAt` or `launch.failure` is set. A change without progress for two minutes can be repeated.',
  access: 'campaigns:launch',
  request: { path: onCampaign, body: reportRequest() },
  response: CampaignView,
  status: 202,
  errors: {
    'not-found': ['campaign_not_found'],
    conflict: [
      ...notLive,
      'campaign_changing',
      'plan_applied',
      'launch_report_outdated',
      'launch_blocked',
      'changed_meanwhile',
    ],
  },
  etag: true,
  ifMatch: 'optional',
});

export const runCampaignSlotNow = operation({
  id: 'runCampaignSlotNow',
  method: 'POST',
  path: '/v1/campaigns/{campaignId}/slots/{slotId}/run-now',
  summary: 'Publish a slot of a running campaign now',
  description:
    'Overrides quiet hours, minimum gaps, the daily maximum and blackouts of the plan; `conflicts` lists what was ' +
    'overridden. Other slots keep their times. A post held with `changed_after_launch` stays held: publish or schedule it ' +
    'yourself.',
  access: 'campaigns:launch',
  request: {
    path: z.strictObject({ campaignId: CampaignId, slotId: SlotId }),
    body: StepRequest,
  },
  response: z
    .object({
      slot: SlotView,
      conflicts: z.array(Conflict).meta({ description: 'Rules of the plan that were overridden' }),
    })
    .meta({ id: 'SlotRunNow', description: 'The slot, scheduled for now' }),
  status: 202,
  errors: {
    'not-found': ['campaign_not_found', 'campaign_slot_not_found'],
    conflict: [
      ...notLive,
      ...(['campaign_paused', 'campaign_changing', 'changed_meanwhile'] as const),
      ...(['slot_published', 'slot_being_published', 'slot_failed', 'slot_dropped'] as const),
    ],
  },
  etag: false,
});

export const operations = [applyCampaignPlan, runCampaignSlotNow] as const;
