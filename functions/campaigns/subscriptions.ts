import {
  PostCancelled,
  PostCreated,
  PostDeleted,
  PostFailed,
  PostHeld,
  PostMissed,
  PostPublished,
  PostScheduled,
} from '#events/posts.ts';
import { systemAuthor } from '#shared/actor.ts';
import { on, type Subscription } from '#shared/events/subscription.ts';
import type { Deps } from './deps.ts';
import type { KnownPostStatus } from './domain/known-post.ts';
import { follow, isHeldByPause, plan } from './domain/slot.ts';

/** What campaigns do on events of posts. */
export const subscriptions = (deps: Deps): Subscription[] => [
  on(PostCreated, async (event) => hear(deps, event, 'draft')),
  on(PostScheduled, async (event) => hear(deps, event, 'scheduled')),
  on(PostPublished, async (event) => hear(deps, event, 'published')),
  on(PostFailed, async (event) => hear(deps, event, 'failed')),
  on(PostHeld, async (event) => hear(deps, event, 'held')),
  on(PostMissed, async (event) => hear(deps, event, 'missed')),
  on(PostCancelled, async (event) => hear(deps, event, 'cancelled')),
  on(PostDeleted, async (event) => hear(deps, event, 'deleted')),
];

interface PostEvent {
  workspaceId: string;
  entityId: string;
  entityVersion: number;
  occurredAt: string;
  correlationId: string;
  data: { accountId: string; campaignId?: string | null; code?: string };
}

/**
 * Keeps what is known of the post, and lets its slot follow. A post that the pause held back is planned again at once
 * when the campaign runs by now. The order matters: the slot is written before the campaign is read, while a resumption
 * writes the campaign before its run reads the slots. So one of the two sees the other, and no post is lost between.
 * @throws DomainError `changed_meanwhile` when the slot was written at the same time: the queue delivers again.
 */
const hear = async (
  { campaigns, slots, posts }: Deps,
  { workspaceId, entityId: postId, entityVersion: version, occurredAt: at, correlationId, data }: PostEvent,
  status: KnownPostStatus,
): Promise<void> => {
  const author = systemAuthor('campaigns', correlationId);
  await posts.learn(workspaceId, postId, version, status, at);
  const taken = (await posts.find(workspaceId, postId))?.taken;
  const slot = taken && (await slots.find(workspaceId, taken.campaignId, taken.slotId));
  // No slot: no campaign has the post, or one that is still a draft.
  if (!slot) return;
  const news = { status, version, campaignId: data.campaignId ?? null, code: data.code ?? null, at };
  const followed = follow(slot, news);
  const current = followed ? await slots.save(followed, author) : slot;
  if (!isHeldByPause(current)) return;
  const campaign = await campaigns.find(workspaceId, current.campaignId);
  if (campaign?.status === 'running') await slots.save(plan(current, campaign.run, campaign.startedAt), author);
};
