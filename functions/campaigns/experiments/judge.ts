import type { PostMetrics } from '#events/analytics.ts';
import type { Author } from '#shared/actor.ts';
import { retryOnLostUpdate } from '#shared/entities.ts';
import { hourMs } from '#shared/time.ts';
import type { Deps } from '../deps.ts';
import { type Campaign, concludeExperiment } from '../domain/campaign.ts';
import type { CampaignExperiment, Verdict } from '../domain/experiment.ts';
import { countsOf } from './counts.ts';
import { observedBlocks, observedSlots } from './observe.ts';
import { verdictOf } from './verdict.ts';

interface Measured {
  workspaceId: string;
  campaignId: string;
  postId: string;
  measuredAt: string;
  metrics: PostMetrics;
}

/**
 * Stores the first reading of a post at the registered maturity, once; earlier readings are ignored. A repeated event
 * stores nothing new, but completes an interrupted judgement.
 */
export const count = async (
  deps: Pick<Deps, 'campaigns' | 'slots' | 'checks' | 'experiments' | 'posts' | 'now'>,
  { workspaceId, campaignId, postId, measuredAt, metrics }: Measured,
  author: Author,
): Promise<void> => {
  const campaign = await deps.campaigns.find(workspaceId, campaignId);
  if (!campaign?.experiment) return;
  const taken = (await deps.posts.find(workspaceId, postId))?.taken;
  if (taken?.campaignId !== campaignId) return;
  const slot = await deps.slots.find(workspaceId, campaignId, taken.slotId);
  if (!slot?.trial || slot.postId !== postId || slot.publishedAt === null) return;
  const age = Date.parse(measuredAt) - Date.parse(slot.publishedAt);
  if (age < campaign.experiment.maturityHours * hourMs) return;
  const counted = { slotId: slot.id, measuredAt, counts: countsOf(metrics) };
  if (await deps.experiments.keepCount(workspaceId, campaignId, counted)) await judge(deps, campaign, author);
};

/** Records the final outcome of an experiment. The first one stays. */
export const judge = async (
  deps: Pick<Deps, 'campaigns' | 'slots' | 'checks' | 'experiments' | 'now'>,
  { workspaceId, id }: Pick<Campaign, 'workspaceId' | 'id'>,
  author: Author,
): Promise<void> =>
  retryOnLostUpdate(async () => {
    const campaign = await deps.campaigns.find(workspaceId, id);
    if (!campaign?.experiment || campaign.experiment.conclusion) return;
    const blocks = observedBlocks(await observedSlots(deps, campaign), campaign);
    const now = deps.now();
    const conclusion = conclusionOf(verdictOf(campaign.experiment, blocks, now), now);
    if (conclusion) await deps.campaigns.save(concludeExperiment(campaign, conclusion), author);
  });

/** The conclusion of a verdict; null while it is ongoing. */
const conclusionOf = (verdict: Verdict, now: Date): CampaignExperiment['conclusion'] =>
  verdict.outcome === 'ongoing'
    ? null
    : { outcome: verdict.outcome, variant: 'variant' in verdict ? verdict.variant : null, at: now.toISOString() };
