import {
  PostCancelled,
  PostCreated,
  PostDeleted,
  PostFailed,
  PostHeld,
  PostMissed,
  PostPublished,
  PostScheduled,
  PostUpdated,
} from '#events/posts.ts';
import { type Chain, systemAuthor } from '#shared/actor.ts';
import { retryOnLostUpdate } from '#shared/entities.ts';
import { on, type Subscription } from '#shared/events/subscription.ts';
import { followPost } from '../budget/passes.ts';
import type { Deps } from '../deps.ts';
import type { KnownPostStatus } from '../domain/known-post.ts';
import { withVoided } from '../domain/lifecycle.ts';
import { askedAtOf, isMissed } from '../domain/run-window.ts';
import { follow, isDone, isHeldByPause, plan, type Slot } from '../domain/slot.ts';
import { experiments } from '../experiments/lazy-judge.ts';

/** Slots follow their posts, and campaigns what becomes of them. */
export const lifecycleSubscriptions = (deps: Deps): Subscription[] => [
  on(PostCreated, async (event) => hear(deps, event, 'draft')),
  on(PostUpdated, async (event) => hearOfEdit(deps, event)),
  on(PostScheduled, async (event) => hear(deps, event, 'scheduled')),
  on(PostPublished, async (event) => hear(deps, event, 'published')),
  on(PostFailed, async (event) => hear(deps, event, 'failed')),
  on(PostHeld, async (event) => hear(deps, event, 'held')),
  on(PostMissed, async (event) => hear(deps, event, 'missed')),
  on(PostCancelled, async (event) => hear(deps, event, 'cancelled')),
  on(PostDeleted, async (event) => hear(deps, event, 'deleted')),
];

/** The code of a post that is held after too many attempts. */
const gaveUp = 'gave_up';

interface PostEvent {
  workspaceId: string;
  entityId: string;
  entityVersion: number;
  occurredAt: string;
  correlationId: string;
  chain: Chain;
  data: {
    accountId: string;
    campaignId?: string | null;
    code?: string;
    publishAt?: string;
    publishedAt?: string;
    dueAt?: string;
    xPostIds?: string[];
    costMicros?: number;
  };
}

/**
 * Keeps what is known of the post, and lets its slot follow. A post that the pause held back is planned again at once
 * when the campaign runs by now. The order matters: the slot is written before the campaign is read, while a resumption
 * writes the campaign before its run reads the slots. So one of the two sees the other, and no post is lost between.
 * @throws DomainError `changed_meanwhile` when the slot was written at the same time: the queue delivers again.
 */
const hear = async (
  deps: Deps,
  { workspaceId, entityId: postId, entityVersion, occurredAt: at, correlationId, chain, data }: PostEvent,
  status: KnownPostStatus,
): Promise<void> => {
  const { campaigns, slots, posts } = deps;
  const author = systemAuthor('campaigns', { correlationId, chain });
  const campaignId = data.campaignId ?? null;
  // The time of a campaign's post stands in its slot.
  const publishAt = campaignId === null ? (data.publishAt ?? null) : null;
  await posts.learn(workspaceId, { postId, accountId: data.accountId, entityVersion, at, status, publishAt });
  const known = await posts.find(workspaceId, postId);
  const taken = known?.taken;
  // Older news that come late say nothing of what is counted by now.
  const isNews = known !== undefined && known.entityVersion <= entityVersion;
  // The last of its attempts may still land at X: whoever stops the campaign waits until its pass runs out.
  const mayLand = status === 'held' && data.code === gaveUp;
  if (taken && isNews && !mayLand) {
    const of = { workspaceId, campaignId: taken.campaignId, postId };
    await followPost(deps, of, { status, costMicros: data.costMicros ?? 0, at }, author);
  }
  const slot = taken && (await slots.find(workspaceId, taken.campaignId, taken.slotId));
  // No slot: no launched campaign has the post.
  if (!slot) return;
  const news = {
    ...{ status, version: entityVersion, campaignId, code: data.code ?? null, at },
    ...{ publishedAt: data.publishedAt, publication: publicationIn(data) },
  };
  const followed = follow(slot, news);
  const current = followed ? await slots.save(followed, author) : slot;
  // The last slot that an experiment waits for may be one that does not go out.
  if (current.trial && isDone(current) && current.status !== 'published') {
    await experiments.judge(deps, { workspaceId, id: current.campaignId }, author);
  }
  if (!isHeldByPause(current)) return;
  const campaign = await campaigns.find(workspaceId, current.campaignId);
  if (campaign?.status !== 'running') return;
  // What becomes of a missed post, its run decides: it reads the slots after this one was written.
  const { catchUp, run } = campaign;
  if (catchUp && current.caughtUp?.run !== catchUp.run && isMissed(current, catchUp)) return;
  await slots.save(plan(current, run, askedAtOf(current, campaign)), author);
};

/** What the event of a published post says of it. */
const publicationIn = ({ dueAt, xPostIds }: PostEvent['data']): Slot['publication'] | undefined =>
  dueAt === undefined || xPostIds === undefined ? undefined : { dueAt, xPostIds };

/** Another content voids what was approved with a campaign, of this post alone; the campaign says so. */
const hearOfEdit = async (
  { campaigns, posts }: Deps,
  { workspaceId, entityId: postId, entityVersion, correlationId, chain, data }: PostEvent,
): Promise<void> => {
  await posts.learnEdit(workspaceId, postId, data.accountId, entityVersion);
  const campaignId = (await posts.find(workspaceId, postId))?.approvedWith ?? null;
  if (campaignId === null) return;
  await retryOnLostUpdate(async () => {
    const campaign = await campaigns.find(workspaceId, campaignId);
    if (!campaign?.review) return;
    const review = withVoided(campaign.review, postId);
    if (review === campaign.review) return;
    await campaigns.save({ ...campaign, review }, systemAuthor('campaigns', { correlationId, chain }));
  });
  await posts.noteApproval(workspaceId, postId, null);
};
