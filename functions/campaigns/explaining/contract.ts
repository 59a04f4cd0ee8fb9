import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { AccountId, PostId, SlotId } from '#shared/ids.ts';
import { Instant, TimeZone } from '#shared/time.ts';
import type { CampaignErrors } from '../domain/error-codes.ts';
import { Reason, SlotKey } from '../domain/planned-slot.ts';
import { SlotStatus } from '../domain/slot.ts';
import { onCampaign } from '../views.ts';

const operation = capability<CampaignErrors>({
  name: 'Campaign explanations',
  group: 'Campaigns',
  description: 'Explain why a post is, or was, published at its time.',
});

const sentence = z.string().meta({ description: 'The entry as a sentence' });
const by = z.string().meta({ description: 'Id of the person or service account, or name of the part of the platform' });
const note = z.string().nullable().meta({ description: 'Reason given; null: none' });

export const Explanation = z
  .object({
    postId: PostId,
    slotId: SlotId,
    slotKey: SlotKey,
    trackId: z.string().meta({ description: 'Id of its track in the plan' }),
    accountId: AccountId,
    status: SlotStatus,
    rule: z.string().nullable().meta({ description: 'Recurrence rule that it comes from (RFC 5545); null: none' }),
    originalWallTime: z.string().nullable().meta({
      description: 'Local time from its rule or queue, before anything moved it; null: its track names a point in time',
    }),
    publishAt: Instant.meta({ description: 'Current or last time (UTC)' }),
    wallTime: z.string().meta({ description: '`publishAt` as local time in `timeZone`' }),
    timeZone: TimeZone.meta({ description: 'IANA time zone of its track' }),
    jitterMinutes: z.number().meta({ description: 'Minutes of random jitter; negative: earlier' }),
    reasons: z
      .array(z.object({ reason: Reason, sentence }))
      .meta({ description: 'Reasons for its time, or for having none, in the order applied' }),
    plan: z
      .object({
        version: z.int().meta({ description: 'Number of the version' }),
        at: Instant.meta({ description: 'When it was saved (UTC)' }),
        by,
        note,
      })
      .nullable()
      .meta({ description: 'Version of the plan that its time comes from; null: unknown' }),
    history: z
      .array(
        z.object({
          kind: z.enum(['plan_saved', 'plan_applied', 'campaign_step', 'run_now']).meta({
            description:
              '`plan_saved`: a version of the plan changed the slot; `plan_applied`: that version was launched or applied; ' +
              '`campaign_step`: the status of the campaign changed; `run_now`: the slot was run at once',
          }),
          at: Instant.meta({ description: 'When (UTC)' }),
          by,
          note,
          sentence,
        }),
      )
      .meta({
        description: 'Changes to the slot and to the status of its campaign until it was published, oldest first',
      }),
    claim: z
      .object({ at: Instant, launch: z.int().meta({ description: 'Number of the launch or change' }) })
      .meta({ description: 'When the campaign claimed the post (UTC), so that no other campaign could use it' }),
    permittedAt: Instant.nullable().meta({
      description: 'When publishing it was last permitted (UTC); null: not permitted yet',
    }),
    publication: z
      .object({
        publishedAt: Instant,
        dueAt: Instant,
        xPostIds: z.array(z.string()).meta({ description: 'Post ids on X, in the order of the thread' }),
      })
      .nullable()
      .meta({ description: 'Its publication on X; null: not published' }),
    sentences: z.array(z.string()).meta({ description: 'The whole explanation as sentences, in order' }),
  })
  .meta({ id: 'SlotExplanation', description: 'Why a post of a campaign is published when it is' });
export type Explanation = z.infer<typeof Explanation>;

export const explainCampaignPost = operation({
  id: 'explainCampaignPost',
  method: 'GET',
  path: '/v1/campaigns/{campaignId}/explain',
  summary: 'Explain why a post of a campaign is published when it is',
  description:
    'Returns its rule and original local time, everything that moved it, the version of the plan, who changed what and ' +
    'why, and when it was claimed, permitted and published. Explanations do not expire.',
  access: 'campaigns:read',
  request: {
    path: onCampaign,
    query: z.strictObject({ postId: PostId }),
  },
  response: Explanation,
  errors: { 'not-found': ['campaign_not_found', 'campaign_slot_not_found'] },
});

export const operations = [explainCampaignPost] as const;
