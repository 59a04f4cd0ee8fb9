import * as z from 'zod';
import { PostFormat } from '#events/post-format.ts';
import { Chain } from '#shared/actor.ts';
import { AccountId, CampaignId, PostId, TemplateId, WorkspaceId } from '#shared/ids.ts';
import { dayOf, Instant } from '#shared/time.ts';

/** A post's part in an experiment: its variant, and the age from which its counters count. */
export const Trial = z.object({ variant: z.string(), maturityHours: z.number().positive() });
export type Trial = z.infer<typeof Trial>;

/** A published post whose counters are read from X. It is written once; its readings are stored in batches. */
export const TrackedPost = z.object({
  id: PostId,
  workspaceId: WorkspaceId,
  accountId: AccountId,
  campaignId: CampaignId.nullable(),
  trial: Trial.nullable(),
  /** X's ids, in the order of the thread. */
  xPostIds: z.array(z.string()).min(1),
  dueAt: Instant,
  publishedAt: Instant,
  /** X API cost of publishing it, in micro-dollars. */
  costMicros: z.int().min(0),
  /** Null: published before formats were recorded. */
  format: PostFormat.nullable(),
  /** The template that a campaign made it from; null: none. */
  templateId: TemplateId.nullable().default(null),
  /** Automations that led to it. */
  chain: Chain.optional(),
});
export type TrackedPost = z.infer<typeof TrackedPost>;

/**
 * The posts that an account published on one UTC day: their readings are stored together, and roll-ups count them on
 * that day.
 */
export interface Cohort {
  workspaceId: string;
  accountId: string;
  /** UTC, such as `2026-11-29`. */
  day: string;
}

export const cohortOf = ({ workspaceId, accountId, publishedAt }: TrackedPost): Cohort => ({
  workspaceId,
  accountId,
  day: dayOf(new Date(publishedAt)),
});
