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
 * Keeps what was read of a post of an experiment, once: the first reading of the age that was registered. An earlier one
 * is never looked at. Hearing of the same reading again changes nothing, but finishes what broke off.
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

/** Writes down the outcome of an experiment once it is final. The first final outcome stays. */
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

/** What a verdict makes final; null while it is open. */
const conclusionOf = (verdict: Verdict, now: Date): CampaignExperiment['conclusion'] =>
  verdict.outcome === 'ongoing'
    ? null
    : { outcome: verdict.outcome, variant: 'variant' in verdict ? verdict.variant : null, at: now.toISOString() };
