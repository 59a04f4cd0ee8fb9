import * as z from 'zod';
import { StepOutcome } from '#events/automation-steps.ts';
import { CampaignActor } from '#events/campaign-content.ts';
import { Chain } from '#shared/actor.ts';
import { entityFields } from '#shared/entity.ts';
import { AutomationId, AutomationRunId } from '#shared/ids.ts';
import { Instant, instantAfter, minuteMs } from '#shared/time.ts';
import { StoredFields } from './known-event.ts';

/** How long a step that was let begin may begin anything, in milliseconds. */
const beginMs = 10_000;

/** How long what was begun may take to have its effect, in milliseconds: the four tries of a call to AWS, each of them silent. */
const landMs = 14_000;

/** After that nothing of a step that is let begin now can happen any more, in milliseconds. */
export const actMs = beginMs + landMs;

/** How long an open run may stand still before its execution is taken for lost, in milliseconds: longer than all tries of a step. */
const standstillMs = 15 * minuteMs;

/** How often a run is resumed; one that then stands still again has failed. */
export const maxResumptions = 20;

/** Until when whoever carries the step out may begin something (UTC). */
export const notAfterOf = ({ until }: { until: string }): string => instantAfter(until, -landMs);

const TakenStep = z
  .object({
    step: z.string().meta({ description: 'Position of the step, such as `2` or `3.then.1`' }),
    kind: z.string().meta({ description: 'Kind of the step', examples: ['draft_post'] }),
    at: Instant.meta({ description: 'When the outcome was recorded (UTC)' }),
    outcome: z.enum(['done', 'refused', 'too_late', 'fault']).meta({
      description:
        'Outcome of the step. `done`: it was carried out; `refused`: a rule, a missing entity or a lost permission ' +
        'prevented it, see `code` and `message`; `too_late`: time ran out before it began, so nothing was ' +
        'done; it is attempted up to three times; `fault`: it failed repeatedly for a technical reason, or the run ended before its outcome was ' +
        'known; it may have been carried out',
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
  /** What the automation is called when the run begins. */
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
  /** The event that triggered it, as steps take values from it. */
  event: StoredFields,
  /** Automations that led to it, itself the last. */
  chainOfRun: Chain,
  by: CampaignActor,
  /** The execution that carries it out; another ends at once. */
  execution: z.string().nullable(),
  /** Index of the instruction that comes next. */
  cursor: z.int().min(0),
  /** The step that was let begin; nothing of it happens after `until`, not even when it has failed. */
  acting: z
    .object({
      ...{ step: z.string(), kind: z.string(), until: Instant, name: z.string().optional() },
      hasFailed: z.boolean().default(false),
    })
    .nullable(),
  /** A person has asked for its end: no further step begins. */
  isCancelled: z.boolean().default(false),
  wakesAt: Instant.nullable().meta({ description: 'Until when it waits (UTC); null: it is not waiting' }),
  /** Ids of what named steps made. */
  made: z.record(z.string(), z.string()),
  /** Numbers that the next branch compares. */
  facts: z.record(z.string(), z.number().nullable()).nullable(),
  /** How often another execution was asked for, in place of one that was lost. */
  resumptions: z.int().min(0).default(0),
  steps: z.array(TakenStep).max(200).meta({ description: 'Steps that were carried out, in order' }),
  endedAt: Instant.nullable().meta({ description: 'When it ended (UTC); null: it has not' }),
  end: End.nullable().meta({ description: 'Why it ended before its last step; null: it did not' }),
});
export type AutomationRun = z.infer<typeof AutomationRun>;

export const isOpen = ({ status }: Pick<AutomationRun, 'status'>): boolean =>
  status === 'queued' || status === 'running' || status === 'waiting';

/** Whether something of a step may still happen. */
export const isActing = ({ acting }: Pick<AutomationRun, 'acting'>, now: Date): boolean =>
  acting !== null && acting.until > now.toISOString();

/** When a run that has not been written since stands still (UTC); undefined: it waits for its turn, or has ended. */
export const standsStillAt = (run: AutomationRun): string | undefined => {
  if (!isOpen(run) || run.status === 'queued') return undefined;
  const moves = [run.updatedAt, run.wakesAt ?? '', run.acting?.until ?? ''].sort().at(-1) ?? run.updatedAt;
  return instantAfter(moves, standstillMs);
};

/** The run, free for another execution; the one before, if it lives, does nothing more. */
export const resumed = (run: AutomationRun): AutomationRun => ({
  ...run,
  execution: null,
  resumptions: run.resumptions + 1,
});

/** How a run ends that stood still again and again. */
export const stoodStill = {
  code: 'run_stalled',
  message: 'The run could not continue, although it was resumed several times. Its steps show what it did.',
};

/** How a run ends that a person has cancelled. */
export const cancelled = { code: 'cancelled', message: 'The run was cancelled.' };

/** How a run ends whose automation was switched off. */
export const switchedOff = {
  code: 'automation_off',
  message: 'The automation was switched off, or all automations were stopped.',
};

/** The run at its end. */
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

/** A step that was let begin, and of which nothing was heard. */
const unanswered = ({ step, kind }: { step: string; kind: string }, now: Date): TakenStep => ({
  ...{ step, kind, at: now.toISOString(), outcome: 'fault', made: null, code: null },
  message: 'The run ended before the outcome was known: the step may have been carried out.',
});
