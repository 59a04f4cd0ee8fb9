import * as z from 'zod';
import { StepOutcome } from '#events/automation-steps.ts';
import { CampaignActor } from '#events/campaign-content.ts';
import { Chain } from '#shared/actor.ts';
import { entityFields } from '#shared/entity.ts';
import { AutomationId, AutomationRunId } from '#shared/ids.ts';
import { Instant, instantAfter, minuteMs } from '#shared/time.ts';
import { StoredFields } from './known-event.ts';

/** How long an admitted step may begin calls, in milliseconds. */
const beginMs = 10_000;

/** Time until a call has its effect or never will, in milliseconds: four attempts of an AWS call without a response. */
const landMs = 14_000;

/** Time after which a step admitted now can have no further effect, in milliseconds. */
export const actMs = beginMs + landMs;

/**
 * Time without progress after which an open run's execution counts as lost, in milliseconds: more than all retries
 * take.
 */
const standstillMs = 15 * minuteMs;

/** How often a run is resumed; one that stalls again after that has failed. */
export const maxResumptions = 20;

/** Deadline (UTC) by which the context that carries out the step must begin its calls. */
export const notAfterOf = ({ until }: { until: string }): string => instantAfter(until, -landMs);

const TakenStep = z
  .object({
    step: z.string().meta({ description: 'Position of the step, such as `2` or `3.then.1`' }),
    kind: z.string().meta({ description: 'Kind of the step', examples: ['draft_post'] }),
    at: Instant.meta({ description: 'When the outcome was recorded (UTC)' }),
    outcome: z.enum(['done', 'refused', 'too_late', 'fault']).meta({
      description:
        'Outcome of the step. `done`: it was carried out; `refused`: a rule, a missing entity or a lost permission ' +
        'prevented it, see `code` and `message`; `too_late`: time ran out before it began, so nothing was done (a ' +
        '`notify` step: before all emails were sent); it is attempted up to three times; `fault`: it failed ' +
        'repeatedly for a technical reason, or the run ended before its outcome was known; it may have been carried ' +
        'out',
    }),
    made: StepOutcome.options[0].shape.made.unwrap().meta({ description: 'What it created or changed; null: nothing' }),
    code: z.string().nullable().meta({ description: 'Code of the refusal; null: none' }),
    message: z.string().nullable().meta({ description: 'Details of the outcome; null: none' }),
  })
  .meta({ id: 'AutomationRunStep', description: 'A step that was carried out' });
export type TakenStep = z.infer<typeof TakenStep>;

/** Why a run ended before its last step. */
const End = z.object({
  code: z.string().meta({
    description:
      'Machine-readable code; stable. `value_missing`: the event has no suitable value for a step; `step_too_late`, ' +
      '`step_fault`: outcome of the last step; `automation_off`: the automation was switched off, or all were ' +
      'stopped; `automation_gone`: its version no longer exists; `cancelled`: cancelled by a request; `run_stalled`: ' +
      'the run could not continue; otherwise the code with which the last step was refused',
    examples: ['template_not_found'],
  }),
  message: z.string().meta({ description: 'What happened, and what to do' }),
});

export const RunStatus = z.enum(['queued', 'running', 'waiting', 'done', 'failed', 'cancelled', 'stopped']).meta({
  id: 'AutomationRunStatus',
  description:
    '`queued`: waits for earlier runs to end; `running`: its steps are being carried out; `waiting`: a step waits; ' +
    '`done`: all steps are done; `failed`: a step could not be carried out; `cancelled`: cancelled by a request; ' +
    '`stopped`: the automation was switched off, or all were stopped',
});
export type RunStatus = z.infer<typeof RunStatus>;

export const AutomationRun = z.object({
  id: AutomationRunId,
  ...entityFields,
  automationId: AutomationId,
  /** Name of the automation when the run began. */
  automationName: z.string(),
  automationVersion: z.int().min(1).meta({ description: 'Version of the definition that it carries out' }),
  status: RunStatus,
  triggeredAt: Instant.meta({ description: 'When it was triggered (UTC)' }),
  trigger: z
    .object({
      type: z.string().meta({ description: 'Type of the event, or `schedule`', examples: ['post.published'] }),
      eventId: z.string().nullable().meta({ description: 'Id of the event; null: the schedule' }),
      entityId: z
        .string()
        .nullable()
        .meta({ description: 'Id of the entity that the event is about; null: the schedule' }),
    })
    .meta({ description: 'What started the run' }),
  /** The triggering event, from which steps take values. */
  event: StoredFields,
  /** Automations that led to it, ending with this one. */
  chainOfRun: Chain,
  by: CampaignActor,
  /** The execution that carries the run out; any other one ends immediately. */
  execution: z.string().nullable(),
  /** Index of the next instruction. */
  cursor: z.int().min(0),
  /** The step being carried out. It has no effect after `until`, even if it has failed. */
  acting: z
    .object({
      ...{ step: z.string(), kind: z.string(), until: Instant, name: z.string().optional() },
      hasFailed: z.boolean().default(false),
    })
    .nullable(),
  /** A person cancelled the run: no further step begins. */
  isCancelled: z.boolean().default(false),
  wakesAt: Instant.nullable().meta({ description: 'Until when it waits (UTC); null: it is not waiting' }),
  /** Ids of what named steps created. */
  made: z.record(z.string(), z.string()),
  /** Numbers that the next branch compares. */
  facts: z.record(z.string(), z.number().nullable()).nullable(),
  /** How often the run was given another execution because one was lost. */
  resumptions: z.int().min(0).default(0),
  steps: z.array(TakenStep).max(200).meta({ description: 'Steps that were carried out, in order' }),
  endedAt: Instant.nullable().meta({ description: 'When it ended (UTC); null: it has not' }),
  end: End.nullable().meta({ description: 'Why it ended before its last step; null: it did not' }),
});
export type AutomationRun = z.infer<typeof AutomationRun>;

export const isOpen = ({ status }: Pick<AutomationRun, 'status'>): boolean =>
  status === 'queued' || status === 'running' || status === 'waiting';

/** Whether a step may still have an effect. */
export const isActing = ({ acting }: Pick<AutomationRun, 'acting'>, now: Date): boolean =>
  acting !== null && acting.until > now.toISOString();

/** When a run counts as stalled if it is not written again (UTC); undefined if it is queued or has ended. */
export const standsStillAt = (run: AutomationRun): string | undefined => {
  if (!isOpen(run) || run.status === 'queued') return undefined;
  const moves = [run.updatedAt, run.wakesAt ?? '', run.acting?.until ?? ''].sort().at(-1) ?? run.updatedAt;
  return instantAfter(moves, standstillMs);
};

/** The run, free for another execution; the previous one, if still alive, does nothing more. */
export const resumed = (run: AutomationRun): AutomationRun => ({
  ...run,
  execution: null,
  resumptions: run.resumptions + 1,
});

/** End of a run that kept stalling. */
export const stoodStill = {
  code: 'run_stalled',
  message: 'The run could not continue, although it was resumed several times. Its steps show what it did.',
};

/** End of a run that a person cancelled. */
export const cancelled = { code: 'cancelled', message: 'The run was cancelled.' };

/** End of a run whose automation was switched off. */
export const switchedOff = {
  code: 'automation_off',
  message: 'The automation was switched off, or all automations were stopped.',
};

/** The run, ended. */
export const endRun = (
  run: AutomationRun,
  status: Exclude<RunStatus, 'queued' | 'running' | 'waiting'>,
  now: Date,
  end: z.infer<typeof End> | null = null,
): AutomationRun => ({
  ...run,
  ...{ status, endedAt: now.toISOString(), end, acting: null, wakesAt: null },
  steps: run.acting ? [...run.steps, unanswered(run.acting, now)] : run.steps,
});

/** The record of a step that had begun and whose outcome is unknown. */
const unanswered = ({ step, kind }: { step: string; kind: string }, now: Date): TakenStep => ({
  ...{ step, kind, at: now.toISOString(), outcome: 'fault', made: null, code: null },
  message: 'The run ended before the outcome was known: the step may have been carried out.',
});
