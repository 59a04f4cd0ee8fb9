import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { AccountId, PostId, SlotId } from '#shared/ids.ts';
import { Instant, TimeZone } from '#shared/time.ts';
import type { CampaignErrors } from '../domain/error-codes.ts';
import { OptionalNote, refusedIn } from '../domain/lifecycle.ts';
import { CatchUpPolicy } from '../domain/plan-policies.ts';
import { Conflict, Reason, SlotKey } from '../domain/planned-slot.ts';
import { CampaignView, onCampaign } from '../views.ts';

const operation = capability<CampaignErrors>({
  name: 'Campaign catch-up',
  group: 'Campaigns',
  description: 'Resume a paused campaign, and decide what happens to the posts that came due during the pause.',
});

const catchUp = CatchUpPolicy.optional().meta({
  description: 'What happens to posts that came due during the pause; default: `policies.catchUp` of the plan',
});

/** Error codes of a campaign that is not paused. */
const notPaused = refusedIn(
  ...(['draft', 'in_review', 'approved', 'launching', 'running', 'completed', 'cancelled', 'archived'] as const),
);

export const resumeCampaign = operation({
  id: 'resumeCampaign',
  method: 'POST',
  path: '/v1/campaigns/{campaignId}/resume',
  summary: 'Resume a paused campaign',
  description:
    'Posts that came due during the pause are published late, skipped or moved, according to the catch-up policy; ' +
    'preview it first. All other held posts of the campaign are scheduled again, and published at once if their ' +
    'time has passed, whatever they were held for, except those held with `changed_after_launch`: publish or ' +
    'schedule these yourself. If it was paused by a budget cap, raise the budget first.',
  access: 'campaigns:launch',
  request: {
    path: onCampaign,
    body: z.strictObject({ note: OptionalNote, catchUp }).meta({ id: 'ResumeRequest' }).prefault({}),
  },
  response: CampaignView,
  status: 200,
  errors: { 'not-found': ['campaign_not_found'], conflict: [...notPaused, 'changed_meanwhile'] },
  etag: true,
  ifMatch: 'optional',
});

const MissedSlot = z.object({
  slotId: SlotId,
  slotKey: SlotKey,
  postId: PostId,
  accountId: AccountId,
  dueAt: Instant.meta({ description: 'When it was due (UTC)' }),
  reasons: z.array(Reason).meta({ description: 'Reasons for its time, or for having none, in the order applied' }),
});

const MovedSlot = MissedSlot.extend({
  publishAt: Instant.meta({ description: 'When it is published instead (UTC)' }),
  wallTime: z.string().meta({ description: '`publishAt` as local time in `timeZone`' }),
  timeZone: TimeZone.meta({ description: 'IANA time zone of its track' }),
}).meta({ id: 'MovedSlot', description: 'A slot that gets a new time' });

export const ResumePreview = z
  .object({
    since: Instant.meta({ description: 'Beginning of the pause (UTC); slots due since then are missed' }),
    until: Instant.meta({ description: 'Time of the preview (UTC)' }),
    policy: CatchUpPolicy,
    missed: z.int().meta({ description: 'Number of slots that were missed' }),
    moved: z.array(MovedSlot).meta({ description: 'Slots that get a new time, in order of time' }),
    skipped: z
      .array(MissedSlot.meta({ id: 'SkippedSlot', description: 'A slot that is not published' }))
      .meta({ description: 'Slots that are no longer published' }),
    unchanged: z.int().meta({
      description:
        'Number of slots that keep their time. Held posts among them are scheduled again, and published at once if ' +
        'their time has passed, except those held with `changed_after_launch`',
    }),
    conflicts: z.array(Conflict).meta({ description: 'Conflicts among the slots that get a new time' }),
  })
  .meta({ id: 'ResumePreview', description: 'What resuming would do now' });
export type ResumePreview = z.infer<typeof ResumePreview>;

export const previewCampaignResume = operation({
  id: 'previewCampaignResume',
  method: 'POST',
  path: '/v1/campaigns/{campaignId}/resume/preview',
  summary: 'Preview what resuming a campaign does',
  description:
    'Lists what came due during the pause, and what would be published, and when, or skipped. Posts held since before ' +
    'the pause are not listed: they count as `unchanged`, and are scheduled again. Nothing is changed.',
  access: 'campaigns:read',
  request: { path: onCampaign, body: z.strictObject({ catchUp }).meta({ id: 'ResumePreviewRequest' }).prefault({}) },
  response: ResumePreview,
  status: 200,
  errors: { 'not-found': ['campaign_not_found'], conflict: notPaused },
  idempotency: 'inherent',
  limit: 'costly',
});

export const operations = [resumeCampaign, previewCampaignResume] as const;
