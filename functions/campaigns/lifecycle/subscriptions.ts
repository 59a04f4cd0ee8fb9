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

/** Slots follow their posts, and campaigns the outcome of their posts. */
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

/** Code of a post that is held after too many attempts. */
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
 * Stores the status of a post and updates its slot. A post that the pause held is planned again immediately if the
 * campaign is running by now. The order matters: the slot is written before the campaign is read, while a resumption
 * writes the campaign before its run reads the slots. So one of the two sees the other, and no post is lost in between.
 * @throws DomainError `changed_meanwhile` if the slot was written at the same time; the queue delivers again
 */
const hear = async (
  deps: Deps,
  { workspaceId, entityId: postId, entityVersion, occurredAt: at, correlationId, chain, data }: PostEvent,
  status: KnownPostStatus,
): Promise<void> => {
  const { campaigns, slots, posts } = deps;
  const author = systemAuthor('campaigns', { correlationId, chain });
  const campaignId = data.campaignId ?? null;
  // The time of a campaign's post is stored in its slot.
  const publishAt = campaignId === null ? (data.publishAt ?? null) : null;
  await posts.learn(workspaceId, { postId, accountId: data.accountId, entityVersion, at, status, publishAt });
  const known = await posts.find(workspaceId, postId);
  const taken = known?.taken;
  // Outdated events that arrive late must not change the spending.
  const isNews = known !== undefined && known.entityVersion <= entityVersion;
  // The last attempt may still land at X, so the pass stays in effect until it expires.
  const mayLand = status === 'held' && data.code === gaveUp;
  if (taken && isNews && !mayLand) {
    const of = { workspaceId, campaignId: taken.campaignId, postId };
    await followPost(deps, of, { status, costMicros: data.costMicros ?? 0, at }, author);
  }
  const slot = taken && (await slots.find(workspaceId, taken.campaignId, taken.slotId));
  // Without a slot, no launched campaign has the post.
  if (!slot) return;
  const news = {
    ...{ status, version: entityVersion, campaignId, code: data.code ?? null, at },
    ...{ publishedAt: data.publishedAt, publication: publicationIn(data) },
  };
  const followed = follow(slot, news);
  const current = followed ? await slots.save(followed, author) : slot;
  // The last slot that an experiment waits for may be one that is not published.
  if (current.trial && isDone(current) && current.status !== 'published') {
    await experiments.judge(deps, { workspaceId, id: current.campaignId }, author);
  }
  if (!isHeldByPause(current)) return;
  const campaign = await campaigns.find(workspaceId, current.campaignId);
  if (campaign?.status !== 'running') return;
  // The run decides about a missed post; it reads the slots after this one was written.
  const { catchUp, run } = campaign;
  if (catchUp && current.caughtUp?.run !== catchUp.run && isMissed(current, catchUp)) return;
  await slots.save(plan(current, run, askedAtOf(current, campaign)), author);
};

/** The publication in the event of a published post. */
const publicationIn = ({ dueAt, xPostIds }: PostEvent['data']): Slot['publication'] | undefined =>
  dueAt === undefined || xPostIds === undefined ? undefined : { dueAt, xPostIds };

/**
 * An edit voids the approval that a post got with its campaign, but not those of other posts; the campaign records it.
 */
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
