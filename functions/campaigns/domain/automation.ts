import * as z from 'zod';
import { Audience } from '#events/accounts.ts';
import { CampaignActor } from '#events/campaign-content.ts';
import { PublicEventType } from '#events/public-events.ts';
import type { Bound } from '#shared/bound.ts';
import { entityFields } from '#shared/entity.ts';
import { AutomationId } from '#shared/ids.ts';
import { recurrenceSchedule, type ScheduleUse } from '#shared/recurrence/schedule.ts';
import { text } from '#shared/text.ts';
import { Instant, TimeZone } from '#shared/time.ts';
import { Condition, PostMetricName, type Step, Step as StepSchema } from './automation-step.ts';
import { PatternJson } from './parse-pattern.ts';

/** Maximum number of automations per workspace: each is checked when an event of its type arrives. */
export const maxAutomations: Bound = {
  most: 1_000,
  code: 'too_many_automations',
  said: 'A workspace can have 1,000 automations. Delete one first.',
};

/** Whoever needs more runs per day should use an event trigger. */
export const automationScheduleUse: ScheduleUse = { path: 'body.trigger.schedule.rule', mostPerDay: 24 };

/** A counter of an X account. */
const AccountMetricName = Audience.keyof().meta({
  id: 'AccountMetric',
  description: 'Counter of an account, as X reports it',
});

/** What starts a run of an automation. */
export const Trigger = z
  .discriminatedUnion('kind', [
    z
      .strictObject({
        kind: z.literal('event'),
        type: PublicEventType,
        pattern: PatternJson.nullable().default(null).meta({ description: 'Only events that match it; null: all' }),
      })
      .meta({ id: 'EventTrigger', description: 'Starts a run on each event of a type' }),
    z
      .strictObject({
        kind: z.literal('metric'),
        metric: PostMetricName,
        atLeast: z
          .int()
          .min(1)
          .max(5e9)
          .meta({ description: 'Threshold. The automation runs once for each post that reaches it' }),
        pattern: PatternJson.nullable()
          .default(null)
          .meta({ description: 'Only `post.metrics_updated` events that match it; null: all' }),
      })
      .meta({ id: 'MetricTrigger', description: 'Starts one run for each post whose metric reaches a threshold' }),
    z
      .strictObject({
        kind: z.literal('account_metric'),
        metric: AccountMetricName,
        atLeast: z
          .int()
          .min(1)
          .max(5e9)
          .meta({ description: 'Threshold. The automation runs once for each account that has reached it' }),
        pattern: PatternJson.nullable()
          .default(null)
          .meta({ description: 'Only `account.metrics_updated` events that match it; null: all' }),
      })
      .meta({
        id: 'AccountMetricTrigger',
        description:
          'Starts one run for each account whose counter has reached a threshold, including accounts that had reached ' +
          'it before the automation was switched on. Counters are read once a day',
      }),
    z
      .strictObject({
        kind: z.literal('schedule'),
        timeZone: TimeZone,
        schedule: recurrenceSchedule(automationScheduleUse.mostPerDay).meta({
          id: 'AutomationSchedule',
          description: 'When it runs, in local time of the time zone',
        }),
      })
      .meta({ id: 'ScheduleTrigger', description: 'Starts runs on a schedule' }),
  ])
  .meta({ id: 'AutomationTrigger', description: 'What starts a run of the automation' });
export type Trigger = z.infer<typeof Trigger>;

/** Limits on how often an automation runs. */
export const RunLimits = z
  .strictObject({
    perHour: z.int().min(1).max(500).default(30).meta({ description: 'Maximum number of runs per clock hour (UTC)' }),
    perDay: z.int().min(1).max(5_000).default(200).meta({ description: 'Maximum number of runs per UTC day' }),
    coolDownMinutes: z.int().min(0).max(10_080).default(0).meta({
      description:
        'Minutes after an event that started or queued a run during which no other event does; 0: no cool-down',
    }),
    concurrency: z.int().min(1).max(10).default(1).meta({
      description: 'Maximum number of concurrent runs; up to 50 more are queued, oldest first',
    }),
  })
  .meta({ id: 'AutomationLimits', description: 'How often it may run' });
export type RunLimits = z.infer<typeof RunLimits>;

export const standardLimits: RunLimits = { perHour: 30, perDay: 200, coolDownMinutes: 0, concurrency: 1 };

/** The fields that people edit; each change creates a version. */
export const automationFields = {
  name: text(120).meta({ description: 'Name', examples: ['Repost what does well'] }),
  trigger: Trigger,
  condition: Condition.nullable().default(null).meta({ description: 'Condition that must hold for a run; null: none' }),
  steps: z.array(StepSchema).min(1).max(20).meta({ description: 'Steps, in order' }),
};

export const Definition = z.strictObject({
  ...automationFields,
  limits: RunLimits.optional().meta({
    description: 'How often it may run; default: 30 runs an hour, 200 a day, one at a time',
  }),
});
export type Definition = z.infer<typeof Definition>;

/** An automation: on a trigger, if a condition holds, carries out steps. */
export const Automation = z.object({
  id: AutomationId,
  ...entityFields,
  ...automationFields,
  limits: RunLimits,
  status: z.enum(['off', 'on', 'deleted']).meta({ description: '`off`: does nothing; `on`: runs' }),
  /** Incremented with each new definition; runs finish on the version that they began with. */
  liveVersion: z
    .int()
    .min(1)
    .meta({ description: 'Version of the definition; a run keeps the one that it began with' }),
  /** Who last switched it on and is responsible for what it does; null: never switched on. */
  by: CampaignActor.nullable(),
  switchedAt: Instant.nullable().meta({ description: 'When it was last switched on or off (UTC); null: never' }),
  nextAt: Instant.nullable().meta({
    description: 'When its schedule starts the next run (UTC); null: no schedule, switched off, or no time left',
  }),
});
export type Automation = z.infer<typeof Automation>;

/** A current or earlier definition of an automation. */
export const AutomationVersion = z.object({
  automationId: AutomationId,
  version: z.int().min(1).meta({ description: 'Number of the version, counted from 1' }),
  definition: Definition.meta({ description: 'Definition of this version' }),
  savedAt: Instant.meta({ description: 'When it was saved (UTC)' }),
  savedBy: z.string().meta({ description: 'Id of who saved it' }),
});
export type AutomationVersion = z.infer<typeof AutomationVersion>;

/** The type of event that triggers an automation; undefined for a schedule. */
export const heardTypes = ({ trigger }: Pick<Automation, 'trigger'>): string | undefined => {
  if (trigger.kind === 'event') return trigger.type;
  if (trigger.kind === 'metric') return 'post.metrics_updated';
  return trigger.kind === 'account_metric' ? 'account.metrics_updated' : undefined;
};

/**
 * Key under which a threshold is passed only once; undefined: every event starts a run. Metrics of a post are read for
 * a month, those of an account while it is connected; a changed threshold of an account counts as a new one.
 */
export const onceFor = (
  { trigger }: Pick<Automation, 'trigger'>,
  entityId: string,
): { about: string; isForever: boolean } | undefined => {
  if (trigger.kind === 'metric') return { about: entityId, isForever: false };
  if (trigger.kind !== 'account_metric') return undefined;
  return { about: `${entityId}#${trigger.metric}#${trigger.atLeast}`, isForever: true };
};

/** All steps, including those within branches. */
export const allSteps = (steps: readonly Step[]): Step[] =>
  steps.flatMap((step) =>
    step.kind === 'branch' ? [step, ...allSteps(step.then), ...allSteps(step.otherwise)] : [step],
  );
