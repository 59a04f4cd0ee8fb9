import { PostTakenDown } from '#events/accounts.ts';
import { CampaignSlotClaimed } from '#events/campaigns.ts';
import { PostFailed, PostHeld, PostMissed, PostPublished } from '#events/posts.ts';
import { systemAuthor } from '#shared/actor.ts';
import type { EventOf } from '#shared/events/event.ts';
import { on, type Subscription } from '#shared/events/subscription.ts';
import { hourMs, instantAfter } from '#shared/time.ts';
import type { Deps } from '../deps.ts';
import type { PublishingOutcome } from '../domain/outcome.ts';
import { lateAfterMs } from '../domain/reading-ages.ts';
import type { Trial } from '../domain/tracked-post.ts';
import { recordReadings } from './record-readings.ts';

/** Tracks published posts, and posts that were not published when due. */
export const collectSubscriptions = (deps: Deps): Subscription[] => [
  on(PostPublished, async (event) => track(deps, event)),
  // Recorded like any reading. For a thread it covers only one part, so the rest is read from X.
  on(PostTakenDown, async ({ workspaceId, entityId: xPostId, occurredAt, correlationId, chain, data }) => {
    const { accountId, postId } = data;
    const posts = [{ xPostId, metrics: null, why: 'deleted' as const }];
    const read = { outcome: 'read' as const, measuredAt: occurredAt, posts };
    const author = systemAuthor('accounts', { correlationId, chain });
    await recordReadings(deps, { workspaceId, accountId, postIds: [postId], read, clicks: [] }, author);
  }),
  on(PostFailed, async (event) => note(deps, event, 'failed')),
  on(PostHeld, async (event) => note(deps, event, 'held')),
  on(PostMissed, async (event) => note(deps, event, 'missed')),
  on(CampaignSlotClaimed, async ({ workspaceId, data: { postId, variant, templateId } }) => {
    if (variant !== null || templateId !== null)
      await deps.posts.learnClaim(workspaceId, postId, { variant, templateId });
  }),
];

/** Starts tracking a post. A repeated event changes nothing. */
const track = async (
  deps: Deps,
  { workspaceId, entityId: id, chain, data }: EventOf<typeof PostPublished>,
): Promise<void> => {
  const { accountId, campaignId, xPostIds, dueAt, costMicros, format } = data;
  const publishedAt = new Date(data.publishedAt).toISOString();
  const claim = campaignId === null ? null : await deps.posts.claimOf(workspaceId, id);
  const trial = await trialOf(deps, workspaceId, campaignId, claim?.variant ?? null);
  const templateId = claim?.templateId ?? null;
  const of = { id, workspaceId, accountId, campaignId, trial, templateId };
  const post = { ...of, xPostIds, dueAt, publishedAt, costMicros, format, ...(chain.length > 0 && { chain }) };
  const { metricsDays } = await deps.retention.of(workspaceId);
  await deps.posts.track(post, metricsDays);
  const now = deps.now();
  const readAt = [
    ...(trial ? [instantAfter(publishedAt, trial.maturityHours * hourMs)] : []),
    // Sweeps go by the time of publication, and have already passed this post.
    ...(now.getTime() - Date.parse(publishedAt) >= lateAfterMs ? [now.toISOString()] : []),
  ];
  for (const at of readAt) await deps.deferred.add({ workspaceId, accountId, postIds: [id], readAt: at });
};

const trialOf = async (
  { campaigns }: Deps,
  workspaceId: string,
  campaignId: string | null,
  variant: string | null,
): Promise<Trial | null> => {
  if (campaignId === null || variant === null) return null;
  const campaign = await campaigns.find(workspaceId, campaignId);
  const maturityHours = campaign?.maturityHours ?? null;
  return maturityHours === null ? null : { variant, maturityHours };
};

const note = async (
  { outcomes, retention }: Deps,
  event: EventOf<typeof PostFailed>,
  kind: PublishingOutcome['kind'],
): Promise<void> => {
  const { workspaceId, entityId: postId, occurredAt: at, data } = event;
  const { accountId, campaignId, code } = data;
  const { metricsDays } = await retention.of(workspaceId);
  await outcomes.add({ workspaceId, postId, accountId, campaignId, kind, code, at }, metricsDays);
};
