import * as z from 'zod';
import { Utm } from '#events/campaigns.ts';
import type { PermitOutcome } from '#events/publishing.ts';
import { entityFields } from '#shared/entity.ts';
import { DomainError, type FieldError } from '#shared/errors.ts';
import { CampaignId, newId, PostId, SlotId } from '#shared/ids.ts';
import { text } from '#shared/text.ts';
import { AskedInstant, dayMs, Instant, TimeZone } from '#shared/time.ts';

export const CampaignStatus = z.enum(['draft', 'running', 'paused', 'completed', 'cancelled']).meta({
  description:
    '`draft`: not launched; `running`: posts are published at their times; `paused`: due posts are held; `completed`: ' +
    'every post was published or will no longer be published; `cancelled`: ended early',
});
export type CampaignStatus = z.infer<typeof CampaignStatus>;

export const CampaignName = text(120);

/** A post and the instant it is to go out. */
export const Placement = z
  .strictObject({
    postId: PostId,
    publishAt: AskedInstant.meta({ description: 'When to publish it: RFC 3339 with a UTC offset; stored as UTC' }),
  })
  .meta({ description: 'A post and when to publish it' });
export type Placement = z.infer<typeof Placement>;

/** With its claims on the posts, or with its slots, a campaign is one transaction: DynamoDB takes 100 writes in one. */
export const maxSlots = 50;

/** What the API says of a campaign's link parameters. */
export const utmOf =
  'UTM parameters for links of posts written with `utmFrom`; existing posts are not changed. Null: none.';

export const Campaign = z
  .object({
    id: CampaignId,
    ...entityFields,
    name: CampaignName,
    timeZone: TimeZone.meta({ description: 'IANA time zone of the plan' }),
    status: CampaignStatus,
    // The workflow of an older run ends by itself.
    run: z.int().min(0).meta({ description: 'Number of launches and resumptions so far' }),
    /** When it was launched or resumed last; unknown of one that was before this was kept. */
    startedAt: Instant.optional(),
    /** The plan. The slots' own items, which follow the posts, are made of it at the launch. */
    slots: z
      .array(z.object({ id: SlotId, postId: PostId, publishAt: Instant }))
      .min(1)
      .max(maxSlots),
    utm: Utm.nullable().default(null).meta({ description: utmOf }),
    result: z
      .object({
        published: z.int().min(0).meta({ description: 'Posts that were published' }),
        notPublished: z.int().min(0).meta({ description: 'Posts that failed, or were deleted, cancelled or missed' }),
      })
      .nullable()
      .meta({ description: 'Outcome of a completed campaign; otherwise null' }),
  })
  .meta({ id: 'Campaign' });
export type Campaign = z.infer<typeof Campaign>;
type PlanSlot = Campaign['slots'][number];

/** A slot may be this late at the launch: somebody wanted it to go out at once. */
const latenessMs = 60_000;

/** The workflow of a run lives a year (AWS Step Functions quotas): beyond 300 days it could not wait. */
const furthestDays = 300;

const refuse = ({ status }: Campaign, doing: string): DomainError =>
  new DomainError('conflict', `campaign_${status}`, `A ${status} campaign cannot be ${doing}.`);

/** Whether nothing of the campaign goes out any more. */
export const isOver = ({ status }: Campaign): boolean => status === 'completed' || status === 'cancelled';

/** Whether the campaign's slot still has its post: not when the campaign has ended, or the slot was edited away. */
export const holds = (campaign: Campaign, slotId: string): boolean =>
  !isOver(campaign) && campaign.slots.some(({ id }) => id === slotId);

/** The plan for these posts, in their order. A post that had a slot in `before` keeps it. */
export const placed = (posts: readonly Placement[], before: readonly PlanSlot[], now: Date): PlanSlot[] =>
  posts.map(({ postId, publishAt }) => ({
    id: before.find((slot) => slot.postId === postId)?.id ?? newId('slt', now),
    postId,
    publishAt: new Date(publishAt).toISOString(),
  }));

interface Change {
  name?: string | undefined;
  /** Null: its links are marked no more. What was written before stays as it was approved. */
  utm?: Utm | null | undefined;
  slots?: PlanSlot[];
}

/**
 * The campaign with another name, other link parameters, or other slots.
 * @throws DomainError `conflict` for slots once it was launched, for anything once it has ended
 */
export const edit = (campaign: Campaign, { name, utm, slots }: Change): Campaign => {
  if (isOver(campaign) || (slots && campaign.status !== 'draft')) throw refuse(campaign, 'changed this way');
  return {
    ...campaign,
    name: name ?? campaign.name,
    utm: utm === undefined ? campaign.utm : utm,
    slots: slots ?? campaign.slots,
  };
};

/** The campaign, launched. @throws DomainError `conflict` when it was before, or a slot's time is past or too far. */
export const launch = (campaign: Campaign, now: Date): Campaign => {
  if (campaign.status !== 'draft') throw refuse(campaign, 'launched');
  const fields = campaign.slots.flatMap(({ publishAt }, place): FieldError[] => {
    const ahead = Date.parse(publishAt) - now.getTime();
    const path = `slots.${place}.publishAt`;
    if (ahead < -latenessMs) return [{ path, code: 'slot_past', message: `${publishAt} has passed` }];
    if (ahead <= furthestDays * dayMs) return [];
    return [{ path, code: 'slot_too_far', message: `${publishAt} is more than ${furthestDays} days ahead` }];
  });
  if (fields.length > 0) {
    throw new DomainError(
      'conflict',
      'slots_unlaunchable',
      'Some slots are in the past or too far ahead. Change their times first.',
      { fields },
    );
  }
  return started(campaign, now);
};

/** In a new run. What is planned in it was asked for at this instant. */
const started = (campaign: Campaign, now: Date): Campaign => ({
  ...campaign,
  status: 'running',
  run: campaign.run + 1,
  startedAt: now.toISOString(),
});

/** The campaign, paused. @throws DomainError `conflict` when it does not run. */
export const pause = (campaign: Campaign): Campaign => {
  if (campaign.status !== 'running') throw refuse(campaign, 'paused');
  return { ...campaign, status: 'paused' };
};

/** The campaign, running again in a new run. @throws DomainError `conflict` when it is not paused. */
export const resume = (campaign: Campaign, now: Date): Campaign => {
  if (campaign.status !== 'paused') throw refuse(campaign, 'resumed');
  return started(campaign, now);
};

/** The campaign, ended before its time. @throws DomainError `conflict` when it has ended already. */
export const cancel = (campaign: Campaign): Campaign => {
  if (isOver(campaign)) throw refuse(campaign, 'cancelled');
  return { ...campaign, status: 'cancelled' };
};

/**
 * Whether a post of the campaign may go out at this instant. A completed campaign holds nothing back: rescheduling one
 * of its failed posts means that it should go out. Nor does a cancelled one hold back a post whose time was set since:
 * nothing of a cancelled campaign is written any more, so its last write is the cancellation.
 * @param timeSetAt when the post's time was last set; null when that is not known
 */
export const permitOf = (
  { status, updatedAt }: Campaign,
  timeSetAt: string | null = null,
): PermitOutcome['outcome'] => {
  if (status === 'running' || status === 'completed') return 'permitted';
  if (status === 'paused') return 'paused';
  const isCancelled = status === 'cancelled';
  const isSetSince = timeSetAt !== null && Date.parse(timeSetAt) > Date.parse(updatedAt);
  return isCancelled && isSetSince ? 'permitted' : 'cancelled';
};

/** The campaign, with what became of its posts. */
export const complete = (campaign: Campaign, result: NonNullable<Campaign['result']>): Campaign => ({
  ...campaign,
  status: 'completed',
  result,
});
