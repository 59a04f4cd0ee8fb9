import * as z from 'zod';
import { CampaignId } from '#shared/ids.ts';

/** What analytics knows of a campaign, from the events of `campaigns`. */
export const KnownCampaign = z.object({
  campaignId: CampaignId,
  /** Null: the campaign predates names in events. */
  name: z.string().nullable().default(null),
  goals: z.array(z.object({ metric: z.string(), target: z.int().min(1) })),
  /** Cap of its costs in micro-dollars; null: none. */
  budgetMicros: z.int().min(0).nullable(),
  /** Age in hours from which the counters of its posts count in its experiment; null: no experiment. */
  maturityHours: z.number().positive().nullable(),
});
export type KnownCampaign = z.infer<typeof KnownCampaign>;
