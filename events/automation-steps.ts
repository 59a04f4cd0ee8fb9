import * as z from 'zod';
import { Chain } from '#shared/actor.ts';
import {
  AccountId,
  AutomationId,
  AutomationRunId,
  CampaignId,
  PersonId,
  PostId,
  TemplateId,
  WebhookId,
  WorkspaceId,
} from '#shared/ids.ts';
import { mayDo, type Permission, Role } from '#shared/permissions.ts';
import { Instant } from '#shared/time.ts';
import { CampaignActor, longestMessage } from './campaign-content.ts';

/**
 * Data passed between the tasks of `run-automation`: what an automation has other contexts do. Orders are small: the state
 * of an execution carries them (AWS Step Functions quotas: 256 KB).
 */

/** On whose behalf a step acts, and until when. */
export const AutomationOrder = z.object({
  workspaceId: WorkspaceId,
  automationId: AutomationId,
  runId: AutomationRunId,
  /** Names the step within its run: what it makes has an id that is the same when it is tried again. */
  step: z.string().max(40),
  /** When the run was triggered (UTC): ids of what it makes begin with it. */
  triggeredAt: Instant,
  chain: Chain,
  /** Who has switched the automation on: what it makes is theirs. */
  by: CampaignActor,
  /** Whoever carries the step out begins nothing later (UTC): the automation may have been switched off since. */
  notAfter: Instant,
});
export type AutomationOrder = z.infer<typeof AutomationOrder>;

/** Whether nothing of the step may begin any more. It is asked right before each thing that it does. */
export const isTooLate = ({ notAfter }: Pick<AutomationOrder, 'notAfter'>, now: Date): boolean =>
  now.toISOString() >= notAfter;

/** Values for the variables of a template. */
const TemplateValues = z.record(z.string().max(40), z.string().max(4_000));

/** What posts does for an automation. */
export const PostStep = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('draft_post'), accountId: AccountId, templateId: TemplateId, values: TemplateValues }),
  z.object({
    kind: z.literal('schedule_post'),
    accountId: AccountId,
    templateId: TemplateId,
    values: TemplateValues,
    publishAt: Instant,
  }),
  z.object({ kind: z.literal('queue_post'), accountId: AccountId, templateId: TemplateId, values: TemplateValues }),
  z.object({ kind: z.literal('submit_post'), postId: PostId, comment: z.string().max(1_000).nullable() }),
  z.object({ kind: z.literal('repost_post'), postId: PostId }),
]);
export type PostStep = z.infer<typeof PostStep>;

/** What users does for an automation: mails to members. */
export const NotifyStep = z.object({
  kind: z.literal('notify'),
  to: z.object({ roles: z.array(Role).max(5), people: z.array(PersonId).max(20) }),
  subject: z.string().min(1).max(120),
  text: z.string().min(1).max(500),
  automationName: z.string().max(120),
});
export type NotifyStep = z.infer<typeof NotifyStep>;

/** What platform does for an automation: one signed request to a webhook of the workspace. */
export const CallWebhookStep = z.object({
  kind: z.literal('call_webhook'),
  webhookId: WebhookId,
  values: TemplateValues,
  automationName: z.string().max(120),
});
export type CallWebhookStep = z.infer<typeof CallWebhookStep>;

/** What analytics answers an automation: the latest metrics of a post. */
export const ReadMetricsStep = z.object({ kind: z.literal('read_metrics'), postId: PostId });
export type ReadMetricsStep = z.infer<typeof ReadMetricsStep>;

/** What became of a step. */
export const StepOutcome = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('done'),
    /** What it made or changed. */
    made: z
      .object({
        kind: z.enum(['post', 'repost', 'campaign']).meta({ description: 'Kind of the entity' }),
        id: z.string().max(64),
      })
      .nullable()
      .default(null),
    /** Numbers that were asked for, by name; null where there is none. */
    facts: z.record(z.string().max(40), z.number().nullable()).nullable().default(null),
    message: z.string().max(longestMessage).nullable().default(null),
  }),
  /** It can never be done as things stand: a rule, a missing thing, a right that is lost. */
  z.object({ outcome: z.literal('refused'), code: z.string().max(80), message: z.string().max(longestMessage) }),
  /** It came after `notAfter`, and nothing was done. */
  z.object({ outcome: z.literal('too_late') }),
]);
export type StepOutcome = z.infer<typeof StepOutcome>;

/** A step that can never be done as things stand, in words. */
export const refusedStep = (code: string, message: string): StepOutcome => ({
  outcome: 'refused',
  code,
  message: message.slice(0, longestMessage),
});

/** The refusal of a step for which the rights of whoever has switched the automation on do not suffice. */
export const notPermittedStep = refusedStep(
  'role_lacks_permission',
  'Whoever switched the automation on lacks the permission for this step.',
);

/** A campaign that an automation pauses or resumes: campaigns does that itself. */
export const CampaignStep = z.object({
  kind: z.enum(['pause_campaign', 'resume_campaign']),
  campaignId: CampaignId,
});
export type CampaignStep = z.infer<typeof CampaignStep>;

/** What whoever answers for an automation must be allowed to do, by the kind of its step. */
const stepPermissions = {
  draft_post: 'posts:write',
  submit_post: 'posts:write',
  schedule_post: 'posts:schedule',
  queue_post: 'posts:schedule',
  repost_post: 'posts:schedule',
  pause_campaign: 'campaigns:launch',
  resume_campaign: 'campaigns:launch',
  notify: 'members:read',
  call_webhook: 'webhooks:read',
} as const satisfies Record<(PostStep | CampaignStep | NotifyStep | CallWebhookStep)['kind'], Permission>;

/** Whether somebody of that role may have an automation carry out such a step. */
export const mayHaveDone = (role: Role, kind: keyof typeof stepPermissions): boolean =>
  mayDo(role, stepPermissions[kind]);
