import * as z from 'zod';
import type { Caller } from '#shared/http/route.ts';
import { CampaignId } from '#shared/ids.ts';
import { mayDo } from '#shared/permissions.ts';
import { Campaign } from './domain/campaign.ts';
import { OptionalNote } from './domain/lifecycle.ts';
import { Slot } from './domain/slot.ts';

export const onCampaign = z.strictObject({ campaignId: CampaignId });

const NamedReport = z
  .string()
  .regex(/^[0-9a-f]{32}$/, 'must be the version of a launch report')
  .meta({
    description:
      '`version` of the launch report that you have read. To approve: `review.reportVersion` of the campaign; otherwise: the ' +
      'latest report, of the latest plan, at most 7 days old',
  });

/** Creates the schema of a body with a launch report version and an optional reason; each operation has its own. */
export const reportRequest = () => z.strictObject({ reportVersion: NamedReport, note: OptionalNote });

/** An optional body with a reason. */
export const StepRequest = z
  .strictObject({ note: OptionalNote })
  .meta({ id: 'StepRequest', description: 'Reason for the step' })
  .prefault({});

/** API description of fields with costs. */
export const forReadersOfUsage = 'Left out without permission `usage:read`';

/** Description of a field of the entity. */
const metaOf = (field: 'experiment' | 'check' | 'report' | 'review' | 'launch') => ({
  description: Campaign.shape[field].description,
});

/** A campaign as the API shows it. */
export const CampaignView = Campaign.omit({
  workspaceId: true,
  correlationId: true,
  chain: true,
  changedBy: true,
  authors: true,
  startedAt: true,
  startedRun: true,
  lastRunStep: true,
  catchUp: true,
})
  .extend({
    budget: Campaign.shape.budget.optional().meta({
      description: `${Campaign.shape.budget.description}. Left out for those who may not read usage.`,
    }),
    experiment: Campaign.shape.experiment
      .unwrap()
      .unwrap()
      .pick({ trackId: true, metric: true, conclusion: true })
      .nullable()
      .meta(metaOf('experiment')),
    check: Campaign.shape.check.unwrap().omit({ requestedBy: true }).nullable().meta(metaOf('check')),
    report: Campaign.shape.report.unwrap().omit({ checkId: true }).nullable().meta(metaOf('report')),
    review: Campaign.shape.review
      .unwrap()
      .omit({ checkId: true, submitter: true, approver: true, approvedParts: true })
      .nullable()
      .meta(metaOf('review')),
    launch: Campaign.shape.launch.unwrap().omit({ requestedBy: true, claims: true }).nullable().meta(metaOf('launch')),
  })
  .meta({ id: 'CampaignView', description: 'A campaign' });

/** A slot of a launched campaign as the API shows it. */
export const SlotView = Slot.pick({
  id: true,
  slotKey: true,
  trackId: true,
  accountId: true,
  postId: true,
  publishAt: true,
  timeZone: true,
  status: true,
  plannedBy: true,
  trial: true,
})
  .extend({
    publishAt: Slot.shape.publishAt.meta({ description: 'Planned time (UTC)' }),
    heldFor: Slot.shape.heldFor.meta({ description: 'Machine-readable reason why its post is held; null: not held' }),
  })
  .meta({ id: 'CampaignSlot', description: 'A slot of a launched campaign' });

/** The campaign as the caller may see it; the response schema strips internal fields. */
export const viewOf = (campaign: Campaign, { role }: Pick<Caller, 'role'>): z.input<typeof CampaignView> => ({
  ...campaign,
  budget: mayDo(role, 'usage:read') ? campaign.budget : undefined,
});
