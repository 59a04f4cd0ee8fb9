import * as z from 'zod';
import { defineEvent } from '#shared/events/event.ts';
import { CampaignId, PostId, SlotId } from '#shared/ids.ts';
import { text } from '#shared/text.ts';
import { Instant, TimeZone } from '#shared/time.ts';

const Run = {
  run: z.int().min(1).meta({ description: 'Counts launches and resumptions; a newer run replaces the older one' }),
};

/** Unicode category Cc, spelled out: few JSON Schema validators support `\p{Cc}`. */
const control = String.raw`\u0000-\u001f\u007f-\u009f`;

/** A link parameter: visible text on one line. */
const UtmValue = text(100).regex(new RegExp(`^[^${control}]*$`), 'must hold no control characters');

/** Parameters added to the links of a campaign's posts to attribute visits (Google Analytics: campaign parameters). */
export const Utm = z.strictObject({
  source: UtmValue.meta({ description: 'Value of `utm_source`, such as `x`' }),
  medium: UtmValue.meta({ description: 'Value of `utm_medium`, such as `social`' }),
  campaign: UtmValue.meta({ description: 'Value of `utm_campaign`' }),
  term: UtmValue.nullable().default(null).meta({ description: 'Value of `utm_term`; null: omitted' }),
  content: UtmValue.nullable().default(null).meta({ description: 'Value of `utm_content`; null: omitted' }),
});
export type Utm = z.infer<typeof Utm>;

/** Null: the campaign's links get no parameters. */
const OfLinks = { utm: Utm.nullable().default(null) };

export const CampaignCreated = defineEvent(
  'campaigns',
  'campaign.created',
  1,
  'A campaign was created.',
  z.object(OfLinks),
);

export const CampaignChanged = defineEvent(
  'campaigns',
  'campaign.changed',
  1,
  'The name, plan or link parameters of a campaign changed.',
  z.object(OfLinks),
);

export const CampaignLaunched = defineEvent(
  'campaigns',
  'campaign.launched',
  1,
  'A campaign was launched; its posts go out at their planned times.',
  z.object({
    ...Run,
    slots: z
      .array(z.object({ slotId: SlotId, postId: PostId }))
      .default([])
      .meta({ description: 'The posts to be published from now on, each with its slot' }),
  }),
);

export const CampaignSlotPlanned = defineEvent(
  'campaigns',
  'campaign.slot_planned',
  1,
  'A publishing time was planned for a post of a running campaign. The entity is the slot.',
  z.object({
    campaignId: CampaignId,
    slotId: SlotId,
    postId: PostId,
    publishAt: Instant,
    timeZone: TimeZone,
    planVersion: z
      .int()
      .min(1)
      .meta({ description: 'Counts plannings of the slot; an event with a lower number is outdated' }),
    askedAt: Instant.optional().meta({
      description:
        'When the campaign was launched or resumed; a time set on the post itself since then takes precedence',
    }),
  }),
);

export const CampaignPaused = defineEvent(
  'campaigns',
  'campaign.paused',
  1,
  'A campaign was paused; its posts are held when they come due.',
  z.object({}),
);

export const CampaignResumed = defineEvent(
  'campaigns',
  'campaign.resumed',
  1,
  'A paused campaign was resumed; posts held in the meantime are planned again.',
  z.object(Run),
);

export const CampaignCancelled = defineEvent(
  'campaigns',
  'campaign.cancelled',
  1,
  'A campaign was cancelled; posts that are not out yet are not published.',
  z.object({}),
);

export const CampaignCompleted = defineEvent(
  'campaigns',
  'campaign.completed',
  1,
  'A campaign completed: each of its posts was published or will not be.',
  z.object({ published: z.int().min(0), notPublished: z.int().min(0) }),
);
