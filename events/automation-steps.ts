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
 * Data passed between the tasks of `run-automation`: what an automation orders from other contexts. Orders are small,
 * since the state of an execution carries them (AWS Step Functions quotas: 256 KB).
 */

/** On whose behalf a step acts, and until when. */
export const AutomationOrder = z.object({
  workspaceId: WorkspaceId,
  automationId: AutomationId,
  runId: AutomationRunId,
  /**
   * Identifies the step within its run. Ids of what it creates derive from it, so that a retry creates nothing twice.
   */
  step: z.string().max(40),
  /** When the run was triggered (UTC): the time part of the ids of what it creates. */
  triggeredAt: Instant,
  chain: Chain,
  /** Who switched the automation on, and so owns what it creates. */
  by: CampaignActor,
  /**
   * The context that carries out the step begins nothing after this (UTC): the automation may have been switched off
   * since.
   */
  notAfter: Instant,
});
export type AutomationOrder = z.infer<typeof AutomationOrder>;

/** Whether it is too late to begin anything for the step. Checked right before each thing that it does. */
export const isTooLate = ({ notAfter }: Pick<AutomationOrder, 'notAfter'>, now: Date): boolean =>
  now.toISOString() >= notAfter;

/** Values for the variables of a template. */
const TemplateValues = z.record(z.string().max(40), z.string().max(4_000));

/** Steps that `posts` carries out. */
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

/** Step that `users` carries out: emails to members. */
export const NotifyStep = z.object({
  kind: z.literal('notify'),
  to: z.object({ roles: z.array(Role).max(5), people: z.array(PersonId).max(20) }),
  subject: z.string().min(1).max(120),
  text: z.string().min(1).max(500),
  automationName: z.string().max(120),
});
export type NotifyStep = z.infer<typeof NotifyStep>;

/** Step that `platform` carries out: one signed request to a webhook of the workspace. */
export const CallWebhookStep = z.object({
  kind: z.literal('call_webhook'),
  webhookId: WebhookId,
  values: TemplateValues,
  automationName: z.string().max(120),
});
export type CallWebhookStep = z.infer<typeof CallWebhookStep>;

/** Step that `analytics` carries out: reads the latest metrics of a post. */
export const ReadMetricsStep = z.object({ kind: z.literal('read_metrics'), postId: PostId });
export type ReadMetricsStep = z.infer<typeof ReadMetricsStep>;

/** Outcome of a step. */
export const StepOutcome = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('done'),
    /** What it created or changed. */
    made: z
      .object({
        kind: z.enum(['post', 'repost', 'campaign']).meta({ description: 'Kind of the entity' }),
        id: z.string().max(64),
      })
      .nullable()
      .default(null),
    /** Requested numbers, by name; a null number is not known. */
    facts: z.record(z.string().max(40), z.number().nullable()).nullable().default(null),
    message: z.string().max(longestMessage).nullable().default(null),
  }),
  /** A rule, a missing entity or a lost permission prevents it; a retry would not help. */
  z.object({ outcome: z.literal('refused'), code: z.string().max(80), message: z.string().max(longestMessage) }),
  /** It arrived after `notAfter`; nothing was done. */
  z.object({ outcome: z.literal('too_late') }),
]);
export type StepOutcome = z.infer<typeof StepOutcome>;

/** Returns the outcome of a refused step. Long messages are cut. */
export const refusedStep = (code: string, message: string): StepOutcome => ({
  outcome: 'refused',
  code,
  message: message.slice(0, longestMessage),
});

/** Outcome of a step that whoever switched the automation on is not permitted to do. */
export const notPermittedStep = refusedStep(
  'role_lacks_permission',
  'Whoever switched the automation on lacks the permission for this step.',
);

/** Step that pauses or resumes a campaign; `campaigns` carries it out itself. */
export const CampaignStep = z.object({
  kind: z.enum(['pause_campaign', 'resume_campaign']),
  campaignId: CampaignId,
});
export type CampaignStep = z.infer<typeof CampaignStep>;

/** Permission that whoever switched the automation on needs, by kind of step. */
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

/** Whether a role may have an automation carry out this kind of step. */
export const mayHaveDone = (role: Role, kind: keyof typeof stepPermissions): boolean =>
  mayDo(role, stepPermissions[kind]);
