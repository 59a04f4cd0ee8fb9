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

/**
 * `dropped`: its post was deleted, cancelled or missed, or another plan left the slot out; it will not be published.
 */
export const SlotStatus = z.enum(['claimed', 'open', 'planned', 'held', 'published', 'failed', 'dropped']).meta({
  description:
    '`claimed`: part of a newer plan that is being applied; `open`: not scheduled yet, as a campaign schedules its posts at ' +
    'most 7 days ahead; `planned`: scheduled; `held`: held, see `heldFor`; `published`: on X; `failed`: publishing failed; `dropped`: not published, as its ' +
    'post was deleted, cancelled or missed, or a newer plan leaves it out',
});
export type SlotStatus = z.infer<typeof SlotStatus>;

/** One post of a launched campaign, and its progress. */
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
  /** Its time in the plan; a pause, or a person who runs it now, changes only `publishAt`. */
  plannedFor: Instant,
  /** Shows whether another plan gives it other content. */
  contentDigest: z.string(),
  /** The template that its post is made from; null: none. */
  templateId: TemplateId.nullable().default(null),
  timeZone: TimeZone,
  /** Why it has this time, or none. */
  reasons: z.array(Reason),
  /** Cost of its post at X when it was checked, in micro-dollars. */
  costMicros: z.int().min(0),
  plannedBy: z.int().min(1).meta({ description: 'Version of the plan that set its time and content, or dropped it' }),
  /** Number of the launch or change that created it. */
  launch: z.int().min(0),
  trial: Trial.nullable().default(null),
  status: SlotStatus,
  /** Counts the plannings; posts follow only the latest. */
  planVersion: z.int().min(0),
  /** The run of the campaign that last planned it; 0 before the first planning. */
  plannedInRun: z.int().min(0),
  /** Version of the post that last reported the status; reports of older versions are ignored. */
  postVersion: z.int().min(0),
  /** Code of why its post is held. */
  heldFor: z.string().nullable(),
  /** When its post was published (UTC); null: not yet. */
  publishedAt: Instant.nullable().default(null),
  /** When the launch, resumption, change or person asked for its current time; undefined until a launch plans it. */
  askedAt: Instant.optional(),
  /** When (UTC) and why the campaign let go of its post; null: it has not. */
  letGo: z
    .object({ at: Instant, why: z.enum(['replanned', 'missed']) })
    .nullable()
    .default(null),
  /** The run of the resumption that dealt with it as missed, and its previous time; null: none. */
  caughtUp: z
    .object({ run: z.int().min(1), from: Instant })
    .nullable()
    .default(null),
  /** Who ran it ahead of its time, when (UTC) and why; null: nobody. */
  ranNow: z.object({ at: Instant, by: z.string(), note: z.string().nullable() }).nullable().default(null),
  /** Its post on X; null: it is not there. */
  publication: z
    .object({ dueAt: Instant, xPostIds: z.array(z.string()) })
    .nullable()
    .default(null),
});
export type Slot = z.infer<typeof Slot>;

/** What an event reported about a slot's post. */
export interface PostNews {
  status: KnownPostStatus;
  /** Version of the post. */
  version: number;
  /** The campaign that the post belonged to at that time. */
  campaignId: string | null;
  /** Why the post is held. */
  code: string | null;
  /** When the post got this status (UTC); undefined in old events. */
  at?: string | undefined;
  /** When all of it was on X (UTC), if the event says so. */
  publishedAt?: string | undefined;
  /** For published posts. */
  publication?: Slot['publication'] | undefined;
}

/** Code of a post that is held because its campaign is paused. */
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

/** A planned slot with its post. `plannedFor` is set if the plan gave it another time. */
export type Resolved = PlannedSlot & {
  postId: string;
  costMicros: number;
  trial: Trial | null;
  plannedFor?: string | undefined;
};

/**
 * A slot as created by a launch or a change. Its id sorts by the time of the request and is the same on every attempt.
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
  // A slot that replaces another one has its own item.
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
  // A change takes effect once it has claimed all posts; until then no run plans its slots.
  ...(kind === 'change' ? { status: 'claimed' as const, askedAt: requestedAt } : { status: 'open' as const }),
  planVersion: 0,
  plannedInRun: 0,
  postVersion: 0,
  heldFor: null,
  publishedAt: null,
  ...{ letGo: null, caughtUp: null, ranNow: null, publication: null },
});

/** Digest that distinguishes what slots publish. */
export const contentDigestOf = (content: SlotContent): string =>
  createHash('sha256').update(canonicalOf(content)).digest('base64url').slice(0, 22);

/**
 * The slot after an event of its post; undefined if the event changes nothing, because it is old or from before the
 * campaign planned the post. A publication or deletion always counts, and so does any decision on the post's time made
 * after the campaign's request, as posts keep it.
 */
export const follow = (
  slot: Slot,
  { status, version, campaignId, code, at, publication, publishedAt = slot.publishedAt ?? undefined }: PostNews,
): Slot | undefined => {
  // Events of a post that the campaign let go of are ignored, unless it was published for the campaign nevertheless.
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
 * The slot, planned (again); writing it publishes the plan to posts.
 * @param askedAt when the planning was requested; undefined for runs from before this was stored
 */
export const plan = (slot: Slot, run: number, askedAt?: string): Slot => ({
  ...slot,
  ...(askedAt !== undefined && { askedAt }),
  status: 'planned',
  planVersion: slot.planVersion + 1,
  plannedInRun: run,
  heldFor: null,
});

/** The slot at another time; if it was planned, it is planned again in the given run, as requested at that time. */
export const move = (
  slot: Slot,
  to: Pick<Slot, 'publishAt' | 'reasons'> & Partial<Pick<Slot, 'plannedFor' | 'plannedBy' | 'caughtUp' | 'trackId'>>,
  { run, askedAt }: { run: number; askedAt: string },
): Slot => {
  const moved = { ...slot, ...to, askedAt };
  return slot.status === 'open' ? moved : plan(moved, run, askedAt);
};

/** The slot, dropped; writing it makes posts take its post off the schedule. */
export const letGo = (
  slot: Slot,
  gone: NonNullable<Slot['letGo']>,
  facts: Pick<Slot, 'reasons'> & Partial<Pick<Slot, 'plannedBy' | 'caughtUp'>>,
): Slot => ({ ...slot, ...facts, status: 'dropped', heldFor: null, letGo: gone });

/** Whether it is held only because its campaign is paused. */
export const isHeldByPause = ({ status, heldFor }: Slot): boolean => status === 'held' && heldFor === campaignPaused;

/** Whether a slot is in effect: no newer plan let go of it, and it is not merely claimed by a launch or a change. */
export const isInEffect = ({ status, letGo }: Slot): boolean => status !== 'claimed' && letGo?.why !== 'replanned';

/** Whether nothing more happens to it without a person. */
export const isDone = ({ status }: Slot): boolean =>
  status === 'published' || status === 'failed' || status === 'dropped';
