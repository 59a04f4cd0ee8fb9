import * as z from 'zod';
import { entityFields, type New } from '#shared/entity.ts';
import { CampaignId, PostId, SlotId } from '#shared/ids.ts';
import { Instant, TimeZone } from '#shared/time.ts';
import type { Campaign } from './campaign.ts';
import type { KnownPostStatus } from './known-post.ts';

/** `dropped`: its post was deleted, cancelled or missed, and will not go out. */
export const SlotStatus = z.enum(['open', 'planned', 'held', 'published', 'failed', 'dropped']).meta({
  description:
    '`open`: not scheduled yet; `planned`: scheduled; `held`: held back, for example by a pause; `published`: on X; ' +
    '`failed`: publishing failed; `dropped`: the post was deleted, cancelled or missed and will not be published',
});
export type SlotStatus = z.infer<typeof SlotStatus>;

/** One post of a launched campaign, and how far it is. */
export const Slot = z.object({
  id: SlotId,
  ...entityFields,
  campaignId: CampaignId,
  postId: PostId,
  publishAt: Instant,
  timeZone: TimeZone,
  status: SlotStatus,
  /** Counts plannings: posts follow the latest alone. */
  planVersion: z.int().min(0),
  /** The campaign's run that planned it last; 0 before the first. */
  plannedInRun: z.int().min(0),
  /** Version of the post that last reported the status: reports of older versions are history. */
  postVersion: z.int().min(0),
  /** Why its post is held, by code. */
  heldFor: z.string().nullable(),
  /** When the launch or the resumption was asked for that planned it last; left out before the first planning. */
  askedAt: Instant.optional(),
});
export type Slot = z.infer<typeof Slot>;

/** What an event reported of a slot's post. */
export interface PostNews {
  status: KnownPostStatus;
  /** The post's version. */
  version: number;
  /** The campaign that the post belonged to then. */
  campaignId: string | null;
  /** Why it is held. */
  code: string | null;
  /** When it became so (UTC); unknown for what was reported before this was kept. */
  at?: string | undefined;
}

/** The code of a post that the pause of its campaign holds back. */
const campaignPaused = 'campaign_paused';

const statusAfter: Readonly<Record<KnownPostStatus, SlotStatus>> = {
  draft: 'open',
  scheduled: 'planned',
  held: 'held',
  published: 'published',
  failed: 'failed',
  missed: 'dropped',
  cancelled: 'dropped',
  deleted: 'dropped',
};

/** The slots of a campaign that is being launched. */
export const slotsOf = ({ id: campaignId, workspaceId, timeZone, slots }: Campaign): New<Slot>[] =>
  slots.map((slot) => ({
    ...slot,
    workspaceId,
    campaignId,
    timeZone,
    status: 'open',
    planVersion: 0,
    plannedInRun: 0,
    postVersion: 0,
    heldFor: null,
  }));

/**
 * The slot after news of its post; undefined when the news change nothing: they are old, or from before the campaign
 * planned the post. That it is out or deleted always counts, and so does what became of it since the campaign asked
 * for it: its time was then decided again, and posts keep that decision.
 */
export const follow = (slot: Slot, { status, version, campaignId, code, at }: PostNews): Slot | undefined => {
  const isFinal = status === 'published' || status === 'deleted';
  const isSince = at !== undefined && slot.askedAt !== undefined && Date.parse(at) > Date.parse(slot.askedAt);
  const counts = isFinal || isSince || campaignId === slot.campaignId;
  if (version <= slot.postVersion || !counts) return undefined;
  return { ...slot, status: statusAfter[status], postVersion: version, heldFor: status === 'held' ? code : null };
};

/**
 * The slot, planned (again): its write publishes the plan to posts.
 * @param askedAt when the run was asked for; undefined of a run that began before this was kept
 */
export const plan = (slot: Slot, run: number, askedAt?: string): Slot => ({
  ...slot,
  ...(askedAt !== undefined && { askedAt }),
  status: 'planned',
  planVersion: slot.planVersion + 1,
  plannedInRun: run,
  heldFor: null,
});

/** Whether the pause of its campaign, and nothing else, holds it. */
export const isHeldByPause = ({ status, heldFor }: Slot): boolean => status === 'held' && heldFor === campaignPaused;

/** Nothing more happens to it by itself. */
export const isDone = ({ status }: Slot): boolean =>
  status === 'published' || status === 'failed' || status === 'dropped';
