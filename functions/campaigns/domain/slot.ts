import { createHash } from 'node:crypto';
import * as z from 'zod';
import { canonicalOf } from '#shared/canonical.ts';
import { entityFields, type New } from '#shared/entity.ts';
import { AccountId, CampaignId, derivedId, PostId, SlotId, TemplateId } from '#shared/ids.ts';
import { Instant, TimeZone } from '#shared/time.ts';
import type { Campaign, Launch } from './campaign.ts';
import { Trial } from './experiment.ts';
import type { KnownPostStatus } from './known-post.ts';
import type { SlotContent } from './plan.ts';
import { type PlannedSlot, Reason, SlotKey } from './planned-slot.ts';

/** `dropped`: its post was deleted, cancelled or missed, or another plan left it out; it will not go out. */
export const SlotStatus = z.enum(['claimed', 'open', 'planned', 'held', 'published', 'failed', 'dropped']).meta({
  description:
    '`claimed`: part of a newer plan that is being applied; `open`: not scheduled yet, as a campaign schedules its posts at ' +
    'most 7 days ahead; `planned`: scheduled; `held`: held, see `heldFor`; `published`: on X; `failed`: publishing failed; `dropped`: not published, as its ' +
    'post was deleted, cancelled or missed, or a newer plan leaves it out',
});
export type SlotStatus = z.infer<typeof SlotStatus>;

/** One post of a launched campaign, and how far it is. */
export const Slot = z.object({
  id: SlotId,
  ...entityFields,
  campaignId: CampaignId,
  /** Its identity in the plan. */
  slotKey: SlotKey,
  trackId: z.string().meta({ description: 'Id of its track in the plan' }),
  accountId: AccountId,
  postId: PostId,
  publishAt: Instant,
  /** The time that its plan gave it: a pause, or a person who runs it at once, moves `publishAt` alone. */
  plannedFor: Instant,
  /** Tells whether another plan gives it other content. */
  contentDigest: z.string(),
  /** The template that its post is made from; null: none. */
  templateId: TemplateId.nullable().default(null),
  timeZone: TimeZone,
  /** Why it has this time, or none. */
  reasons: z.array(Reason),
  /** What X bills for its post, as it was checked, in micro-dollars. */
  costMicros: z.int().min(0),
  plannedBy: z.int().min(1).meta({ description: 'Version of the plan that set its time and content, or dropped it' }),
  /** The launch, or the change, that made it. */
  launch: z.int().min(0),
  trial: Trial.nullable().default(null),
  status: SlotStatus,
  /** Counts plannings: posts follow the latest alone. */
  planVersion: z.int().min(0),
  /** The campaign's run that planned it last; 0 before the first. */
  plannedInRun: z.int().min(0),
  /** Version of the post that last reported the status: reports of older versions are history. */
  postVersion: z.int().min(0),
  /** Why its post is held, by code. */
  heldFor: z.string().nullable(),
  /** When its post was published (UTC); null: not yet. */
  publishedAt: Instant.nullable().default(null),
  /** When the launch or the resumption was asked for that planned it last; left out before the first planning. */
  askedAt: Instant.optional(),
  /** When (UTC) and why the campaign let go of its post; null: it did not. */
  letGo: z
    .object({ at: Instant, why: z.enum(['replanned', 'missed']) })
    .nullable()
    .default(null),
  /** The resumption, by its run, that dealt with it as missed, and the time that it had before; null: none. */
  caughtUp: z
    .object({ run: z.int().min(1), from: Instant })
    .nullable()
    .default(null),
  /** Who ran it at once, when (UTC) and why; null: nobody. */
  ranNow: z.object({ at: Instant, by: z.string(), note: z.string().nullable() }).nullable().default(null),
  /** What its post became on X; null: it is not there. */
  publication: z
    .object({ dueAt: Instant, xPostIds: z.array(z.string()) })
    .nullable()
    .default(null),
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
  /** When all of it was on X (UTC), where the event tells it. */
  publishedAt?: string | undefined;
  /** Of one that is published. */
  publication?: Slot['publication'] | undefined;
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

/** What a slot publishes when its post is known. `plannedFor` where its plan gave it another time than it has. */
export type Resolved = PlannedSlot & {
  postId: string;
  costMicros: number;
  trial: Trial | null;
  plannedFor?: string | undefined;
};

/**
 * A slot as a launch makes it, or a change of a launched campaign. Its id sorts by when that was asked for, and is the
 * same however often it is tried.
 */
export const slotOf = (
  { id: campaignId, workspaceId, planVersion }: Pick<Campaign, 'id' | 'workspaceId' | 'planVersion'>,
  {
    slotKey,
    trackId,
    accountId,
    content,
    postId,
    publishAt,
    plannedFor,
    timeZone,
    reasons,
    costMicros,
    trial,
  }: Resolved,
  { number, requestedAt, kind }: Pick<Launch, 'number' | 'requestedAt' | 'kind'>,
): New<Slot> => ({
  // What a change replaces keeps its own item beside the new one.
  id: derivedId('slt', requestedAt, `${campaignId}/${slotKey}${kind === 'change' ? `/${number}` : ''}`),
  workspaceId,
  campaignId,
  ...{ slotKey, trackId, accountId, postId, publishAt, timeZone, reasons, costMicros },
  plannedFor: plannedFor ?? publishAt,
  contentDigest: contentDigestOf(content),
  templateId: content.kind === 'template' ? content.templateId : null,
  plannedBy: planVersion,
  launch: number,
  trial,
  // A change begins to count once it has all of its posts. Until then no run plans what it has claimed.
  ...(kind === 'change' ? { status: 'claimed' as const, askedAt: requestedAt } : { status: 'open' as const }),
  planVersion: 0,
  plannedInRun: 0,
  postVersion: 0,
  heldFor: null,
  publishedAt: null,
  ...{ letGo: null, caughtUp: null, ranNow: null, publication: null },
});

/** Tells apart what slots publish. */
export const contentDigestOf = (content: SlotContent): string =>
  createHash('sha256').update(canonicalOf(content)).digest('base64url').slice(0, 22);

/**
 * The slot after news of its post; undefined when the news change nothing: they are old, or from before the campaign
 * planned the post. That it is out or deleted always counts, and so does what became of it since the campaign asked
 * for it: its time was then decided again, and posts keep that decision.
 */
export const follow = (
  slot: Slot,
  { status, version, campaignId, code, at, publication, publishedAt = slot.publishedAt ?? undefined }: PostNews,
): Slot | undefined => {
  // What the campaign let go of is none of its business, unless it went out in its name nevertheless.
  if (slot.letGo && !(status === 'published' && campaignId === slot.campaignId)) return undefined;
  const isFinal = status === 'published' || status === 'deleted';
  const isSince = at !== undefined && slot.askedAt !== undefined && Date.parse(at) > Date.parse(slot.askedAt);
  const counts = isFinal || isSince || campaignId === slot.campaignId;
  if (version <= slot.postVersion || !counts) return undefined;
  return {
    ...slot,
    status: statusAfter[status],
    postVersion: version,
    heldFor: status === 'held' ? code : null,
    publishedAt: publishedAt ?? null,
    publication: publication ?? slot.publication,
  };
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

/** The slot at another time: planned again where it was planned, by the run and as of when that was asked for. */
export const move = (
  slot: Slot,
  to: Pick<Slot, 'publishAt' | 'reasons'> & Partial<Pick<Slot, 'plannedFor' | 'plannedBy' | 'caughtUp' | 'trackId'>>,
  { run, askedAt }: { run: number; askedAt: string },
): Slot => {
  const moved = { ...slot, ...to, askedAt };
  return slot.status === 'open' ? moved : plan(moved, run, askedAt);
};

/** The slot that does not go out any more: its write tells posts to take its post off. */
export const letGo = (
  slot: Slot,
  gone: NonNullable<Slot['letGo']>,
  facts: Pick<Slot, 'reasons'> & Partial<Pick<Slot, 'plannedBy' | 'caughtUp'>>,
): Slot => ({ ...slot, ...facts, status: 'dropped', heldFor: null, letGo: gone });

/** Whether the pause of its campaign, and nothing else, holds it. */
export const isHeldByPause = ({ status, heldFor }: Slot): boolean => status === 'held' && heldFor === campaignPaused;

/** Nothing more happens to it by itself. */
export const isDone = ({ status }: Slot): boolean =>
  status === 'published' || status === 'failed' || status === 'dropped';
