import * as z from 'zod';
import { PostMetrics } from '#events/analytics.ts';
import { type IdPrefix, PersonId, TemplateId, WebhookId } from '#shared/ids.ts';
import { Role } from '#shared/permissions.ts';
import { text } from '#shared/text.ts';
import { PatternJson } from './parse-pattern.ts';

/**
 * A placeholder in a text: a field of the event (`{{data.title}}`) or the result of a named step (`{{made.draft}}`).
 */
export const placeholder = /\{\{ ?([a-z]\w*(?:\.[a-z][\w-]*)*) ?\}\}/gi;

const onlyPlaceholder = String.raw`\{\{ ?[A-Za-z]\w*(?:\.[A-Za-z][\w-]*)* ?\}\}`;

/** An id, or a placeholder for it. Only posts can be results of steps. */
const reference = (prefix: IdPrefix, what: string, field: string) =>
  z
    .string()
    .max(120, { abort: true })
    .regex(
      new RegExp(`^(?:${prefix}_[0-9A-HJKMNP-TV-Z]{26}|${onlyPlaceholder})$`),
      `must be an id (${prefix}_ followed by a ULID) or a field such as {{${field}}}`,
    )
    .meta({
      description:
        prefix === 'pst'
          ? `${what}: its id, a field of the event (\`{{${field}}}\`), or the result of a named step (\`{{made.draft}}\`)`
          : `${what}: its id, or a field of the event (\`{{${field}}}\`)`,
      examples: [`{{${field}}}`],
    });

const ofTemplate = {
  accountId: reference('acc', 'Account to publish from', 'data.accountId'),
  templateId: TemplateId,
  values: z
    .record(z.string().max(40), z.string().max(4_000))
    .refine((values) => Object.keys(values).length <= 50, 'must have at most 50 values')
    .default({})
    .meta({
      description:
        'Values for the variables of the template; `{{data.title}}` inserts a field of the event. A value that is ' +
        'then empty counts as omitted, and a text is truncated to the `maxLength` of its variable',
    }),
};

/** A metric of a post. */
export const PostMetricName = PostMetrics.keyof().meta({ description: 'Metric of a post, as X reports it' });

/** Compares a metric of the post, as last read from X, with a number. */
export const Comparison = z
  .strictObject({
    metric: PostMetricName,
    is: z.enum(['<', '<=', '>', '>=']).meta({ id: 'ComparisonOperator', description: 'Comparison operator' }),
    value: z
      .number()
      .min(0)
      .max(5e9)
      .meta({ description: 'Number to compare with', examples: [1_000] }),
  })
  .meta({ id: 'MetricComparison', description: 'Compares a metric of the post with a number' });
export type Comparison = z.infer<typeof Comparison>;

/** A condition: all of its parts must hold. */
export const Condition = z
  .strictObject({
    pattern: PatternJson.nullable().default(null).meta({ description: 'Pattern that the event must match; null: any' }),
    metrics: z.array(Comparison).max(10).default([]).meta({ description: 'Comparisons of metrics; all must hold' }),
  })
  .refine(({ pattern, metrics }) => pattern !== null || metrics.length > 0, 'must have a pattern or a comparison')
  .meta({
    id: 'AutomationCondition',
    description: 'Holds when the event matches the pattern and each comparison holds',
  });
export type Condition = z.infer<typeof Condition>;

/**
 * What X's rules forbid automations to do, under names that people would look for (X: Developer Policy; automation).
 */
const forbiddenKinds = {
  like: 'X forbids automated likes',
  follow: 'X forbids automated follows and unfollows',
  unfollow: 'X forbids automated follows and unfollows',
  direct_message: 'X forbids unsolicited automated direct messages',
  add_to_list: 'X forbids automated additions to lists',
  reply: 'X allows automated replies only to people who have asked for them, and this platform sends none',
  mention: 'X forbids automated mentions of people who have not asked for them',
} as const;
type Forbidden = keyof typeof forbiddenKinds;

const named = {
  name: z
    .string()
    .regex(
      /^[a-z][a-z0-9_-]{0,30}$/,
      'must be a lowercase letter followed by at most 30 lowercase letters, digits, - or _',
    )
    .optional()
    .meta({ description: 'Name by which later steps refer to its result', examples: ['draft'] }),
};

const actions = [
  z
    .strictObject({ ...named, kind: z.literal('draft_post'), ...ofTemplate })
    .meta({ id: 'DraftPostStep', description: 'Creates a draft from a template' }),
  z
    .strictObject({
      ...named,
      kind: z.literal('schedule_post'),
      ...ofTemplate,
      inMinutes: z.int().min(1).max(432_000).meta({ description: 'Minutes from the step until the post is due' }),
    })
    .meta({ id: 'SchedulePostStep', description: 'Creates a post from a template and schedules it' }),
  z.strictObject({ ...named, kind: z.literal('queue_post'), ...ofTemplate }).meta({
    id: 'QueuePostStep',
    description: 'Creates a post from a template and adds it to the queue of its account',
  }),
  z
    .strictObject({
      kind: z.literal('submit_post'),
      postId: reference('pst', 'Post to submit for approval', 'entityId'),
      comment: text(1_000).nullable().default(null).meta({ description: 'Comment for the reviewers; null: none' }),
    })
    .meta({ id: 'SubmitPostStep', description: 'Submits a post for approval' }),
  z
    .strictObject({ kind: z.literal('repost_post'), postId: reference('pst', 'Published post to repost', 'entityId') })
    .meta({ id: 'RepostPostStep', description: 'Reposts a published post from its own account' }),
  z
    .strictObject({
      kind: z.literal('pause_campaign'),
      campaignId: reference('cmp', 'Campaign to pause', 'data.campaignId'),
    })
    .meta({ id: 'PauseCampaignStep', description: 'Pauses a campaign' }),
  z
    .strictObject({
      kind: z.literal('resume_campaign'),
      campaignId: reference('cmp', 'Campaign to resume', 'data.campaignId'),
    })
    .meta({ id: 'ResumeCampaignStep', description: 'Resumes a paused campaign' }),
  z
    .strictObject({
      kind: z.literal('notify'),
      roles: z.array(Role).max(5).default([]).meta({ description: 'Roles whose members receive the email' }),
      people: z
        .array(PersonId.meta({ description: 'Id of a member' }))
        .max(20)
        .default([])
        .meta({ description: 'Members who receive the email' }),
      subject: text(120).meta({ description: 'Subject; `{{data.title}}` inserts a field of the event' }),
      text: text(500).meta({ description: 'Text; `{{data.title}}` inserts a field of the event' }),
    })
    .meta({ id: 'NotifyStep', description: 'Emails members' }),
  z
    .strictObject({
      kind: z.literal('call_webhook'),
      webhookId: WebhookId.meta({ description: 'Webhook that receives the request, regardless of its `eventTypes`' }),
      values: z
        .record(z.string().max(40), z.string().max(4_000))
        .refine((values) => Object.keys(values).length <= 50, 'must have at most 50 values')
        .default({})
        .meta({ description: 'Values to send; `{{data.title}}` inserts a field of the event' }),
    })
    .meta({
      id: 'CallWebhookStep',
      description: 'Sends one signed request to a webhook, and waits less than 10 seconds for a 2xx response',
    }),
  z
    .strictObject({
      kind: z.literal('wait'),
      minutes: z.int().min(1).max(43_200).meta({ description: 'Minutes until the next step; at most 30 days' }),
    })
    .meta({ id: 'WaitStep', description: 'Waits before the next step' }),
  z.strictObject({ kind: z.literal('stop') }).meta({ id: 'StopStep', description: 'Ends the run' }),
] as const;

/** The error for a step that X forbids names the rule; other unknown kinds get the default message. */
const orRule = {
  error: ({ input }: { input?: unknown }) => {
    const kind = z.object({ kind: z.enum(Object.keys(forbiddenKinds) as Forbidden[]) }).safeParse(input).data?.kind;
    return kind && `is against the rules of X: ${forbiddenKinds[kind]}`;
  },
};

/** A step other than a branch. */
const Action = z.discriminatedUnion('kind', [...actions], orRule);
export type Action = z.infer<typeof Action>;

const branchOf = <Inner extends z.ZodType>(inner: Inner, id: string) =>
  z
    .strictObject({
      kind: z.literal('branch'),
      condition: Condition,
      then: z.array(inner).max(20).default([]).meta({ description: 'Steps if the condition holds' }),
      otherwise: z.array(inner).max(20).default([]).meta({ description: 'Steps if it does not' }),
    })
    .meta({ id, description: 'Chooses the next steps by a condition' });

const Inner = z
  .discriminatedUnion(
    'kind',
    [
      ...actions,
      branchOf(Action.meta({ id: 'AutomationAction', description: 'A step other than a branch' }), 'InnerBranchStep'),
    ],
    orRule,
  )
  .meta({ id: 'AutomationInnerStep', description: 'A step within a branch' });

/** A step: an action, a wait, or a branch. Branches nest at most two levels deep. */
export const Step = z
  .discriminatedUnion('kind', [...actions, branchOf(Inner, 'BranchStep')], orRule)
  .meta({ id: 'AutomationStep', description: 'A step of an automation' });
export type Step = Action | Branch;

export interface Branch {
  kind: 'branch';
  condition: Condition;
  then: Step[];
  otherwise: Step[];
}
