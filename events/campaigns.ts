import * as z from 'zod';
import { defineEvent } from '#shared/events/event.ts';
import { CampaignId, PostId, SlotId } from '#shared/ids.ts';
import { text } from '#shared/text.ts';
import { Instant, TimeZone } from '#shared/time.ts';

/** Counts launches and resumptions: the workflow of an older run ends by itself. */
const Run = { run: z.int().min(1) };

/** The characters of Unicode's category Cc, without the property that few validators know. */
const control = String.raw`\u0000-\u001f\u007f-\u009f`;

/** A value of a link parameter: something visible, and nothing that breaks a line. */
const UtmValue = text(100).regex(new RegExp(`^[^${control}]*$`), 'must hold no control characters');

/** How the links of a campaign's posts say where a visitor came from (Google Analytics: campaign parameters). */
export const Utm = z.strictObject({
  source: UtmValue,
  medium: UtmValue,
  campaign: UtmValue,
  term: UtmValue.nullable().default(null),
  content: UtmValue.nullable().default(null),
});
export type Utm = z.infer<typeof Utm>;

/** Null while a campaign marks no links. */
const OfLinks = { utm: Utm.nullable().default(null) };

export const CampaignCreated = defineEvent(
  'campaigns',
  'campaign.created',
  1,
  'A campaign was made.',
  z.object(OfLinks),
);

export const CampaignChanged = defineEvent(
  'campaigns',
  'campaign.changed',
  1,
  'The name, the plan or the link parameters of a campaign were changed.',
  z.object(OfLinks),
);

export const CampaignLaunched = defineEvent(
  'campaigns',
  'campaign.launched',
  1,
  'A campaign began to publish its posts at their times.',
  z.object({
    ...Run,
    slots: z
      .array(z.object({ slotId: SlotId, postId: PostId }))
      .default([])
      .meta({ description: 'The posts that go out from now on, each by its slot' }),
  }),
);

export const CampaignSlotPlanned = defineEvent(
  'campaigns',
  'campaign.slot_planned',
  1,
  'A post of a running campaign is to go out at an instant. The entity is the slot.',
  z.object({
    campaignId: CampaignId,
    slotId: SlotId,
    postId: PostId,
    publishAt: Instant,
    timeZone: TimeZone,
    /** Counts the plannings of the slot: an older one says nothing any more. */
    planVersion: z.int().min(1),
    askedAt: Instant.optional().meta({
      description: 'When the campaign was launched or resumed: what was said of the time of the post since then stands',
    }),
  }),
);

export const CampaignPaused = defineEvent(
  'campaigns',
  'campaign.paused',
  1,
  'A campaign was paused: what is not out yet is held when its time comes.',
  z.object({}),
);

export const CampaignResumed = defineEvent(
  'campaigns',
  'campaign.resumed',
  1,
  'A paused campaign goes on; what was held meanwhile is planned again.',
  z.object(Run),
);

export const CampaignCancelled = defineEvent(
  'campaigns',
  'campaign.cancelled',
  1,
  'A campaign was ended before its time: what is not out yet stays back.',
  z.object({}),
);

export const CampaignCompleted = defineEvent(
  'campaigns',
  'campaign.completed',
  1,
  'Every post of a campaign is out, or will not go out any more.',
  z.object({ published: z.int().min(0), notPublished: z.int().min(0) }),
);
