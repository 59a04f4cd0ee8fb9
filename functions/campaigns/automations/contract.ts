import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { AutomationId, AutomationRunId } from '#shared/ids.ts';
import { pageOf, pageQuery } from '#shared/page.ts';
import { Instant } from '#shared/time.ts';
import { Automation, AutomationVersion, Definition } from '../domain/automation.ts';
import { AutomationRun, RunStatus } from '../domain/automation-run.ts';
import type { CampaignErrors } from '../domain/error-codes.ts';
import { recentDays } from '../domain/known-event.ts';

const operation = capability<CampaignErrors>({
  name: 'Automations',
  group: 'Automations',
  description: 'Do something whenever something happens: on events, thresholds and schedules.',
});

const onAutomation = z.strictObject({ automationId: AutomationId });
const onRun = z.strictObject({ runId: AutomationRunId });

/** An automation as the API shows it. */
export const AutomationView = Automation.omit({
  workspaceId: true,
  correlationId: true,
  chain: true,
  changedBy: true,
  by: true,
})
  .extend({
    status: Automation.shape.status
      .exclude(['deleted'])
      .meta({ id: 'AutomationStatus', description: '`off`: does nothing; `on`: runs' }),
    switchedOnBy: z.string().nullable().meta({ description: 'Id of who switched it on last; null: nobody has' }),
  })
  .meta({ id: 'AutomationView', description: 'An automation' });

const count = z.int().min(0);

const AutomationDetail = AutomationView.extend({
  notStarted: z
    .object({
      perHour: count.meta({ description: 'Its runs of the hour were used up', examples: [0] }),
      perDay: count.meta({ description: 'Its runs of the day were used up', examples: [0] }),
      coolDown: count.meta({ description: 'They came too soon after another', examples: [0] }),
      queueFull: count.meta({ description: 'Too many runs waited for their turn', examples: [0] }),
    })
    .meta({
      description: 'Events of this UTC day that its limits let start no run, by reason; they are not made up for',
    }),
}).meta({ id: 'AutomationDetail', description: 'An automation, and what its limits have held back' });

const VersionView = AutomationVersion.omit({ automationId: true }).meta({ id: 'AutomationVersion' });

/** A run as the API shows it. */
export const RunView = AutomationRun.omit({
  workspaceId: true,
  correlationId: true,
  chain: true,
  changedBy: true,
  event: true,
  by: true,
  execution: true,
  automationName: true,
  resumptions: true,
  cursor: true,
  acting: true,
  isCancelled: true,
  made: true,
  facts: true,
})
  .extend({
    chainOfRun: AutomationRun.shape.chainOfRun.meta({ description: 'Automations that led to it, itself the last' }),
  })
  .meta({ id: 'AutomationRunView', description: 'A run of an automation' });

const invalid = ['invalid_schedule', 'invalid_time_zone'] as const;

export const createAutomation = operation({
  id: 'createAutomation',
  method: 'POST',
  path: '/v1/automations',
  summary: 'Create an automation',
  description: 'It is off. Rehearse it over past events, then switch it on.',
  access: 'automations:manage',
  request: { body: Definition },
  response: AutomationView,
  errors: {
    invalid: [...invalid],
    conflict: ['too_many_automations'],
    unprocessable: ['invalid_automation', 'item_too_large'],
  },
  etag: true,
  location: '/v1/automations/{id}',
});

export const listAutomations = operation({
  id: 'listAutomations',
  method: 'GET',
  path: '/v1/automations',
  summary: 'List automations, newest first',
  access: 'automations:read',
  request: { query: pageQuery({}) },
  response: pageOf(AutomationView),
});

export const getAutomation = operation({
  id: 'getAutomation',
  method: 'GET',
  path: '/v1/automations/{automationId}',
  summary: 'Get an automation',
  access: 'automations:read',
  request: { path: onAutomation },
  response: AutomationDetail,
  errors: { 'not-found': ['automation_not_found'] },
  etag: true,
});

export const replaceAutomation = operation({
  id: 'replaceAutomation',
  method: 'PUT',
  path: '/v1/automations/{automationId}',
  summary: 'Replace the definition of an automation',
  description:
    'The new definition is the live version at once, for whoever replaces it. Runs that have begun finish on the version they began with.',
  access: 'automations:manage',
  request: { path: onAutomation, body: Definition },
  response: AutomationView,
  errors: {
    invalid: [...invalid],
    'not-found': ['automation_not_found'],
    conflict: ['changed_meanwhile'],
    unprocessable: ['invalid_automation', 'item_too_large'],
  },
  ifMatch: 'required',
});

export const deleteAutomation = operation({
  id: 'deleteAutomation',
  method: 'DELETE',
  path: '/v1/automations/{automationId}',
  summary: 'Delete an automation',
  description: 'Switches it off first, as `switchAutomationOff` does. Its runs stay readable by their ids.',
  access: 'automations:manage',
  request: { path: onAutomation },
  errors: {
    'not-found': ['automation_not_found'],
    conflict: ['changed_meanwhile'],
    unavailable: ['automation_not_settled'],
  },
});

export const switchAutomationOn = operation({
  id: 'switchAutomationOn',
  method: 'POST',
  path: '/v1/automations/{automationId}/on',
  summary: 'Switch an automation on',
  description:
    'You answer for what it does: posts that it writes are yours, its steps may do what your role may, also once that is a lower one, and it is switched off when you leave the workspace or may no longer manage automations.',
  access: 'automations:manage',
  request: { path: onAutomation },
  response: AutomationView,
  status: 200,
  errors: {
    invalid: [...invalid],
    'not-found': ['automation_not_found'],
    conflict: ['changed_meanwhile'],
    unprocessable: ['invalid_automation'],
    unavailable: ['automation_not_settled'],
  },
  etag: true,
  ifMatch: 'optional',
});

const whenUnsettled =
  'If a step is still under way after 25 seconds, the reply is 503 with `automation_not_settled`: it is off, repeat the ' +
  'request. Repeating it is safe.';

export const switchAutomationOff = operation({
  id: 'switchAutomationOff',
  method: 'POST',
  path: '/v1/automations/{automationId}/off',
  summary: 'Switch an automation off',
  description:
    'Replies only when no further step of it can act: its runs are stopped, those that wait included, and steps that had ' +
    `begun have ended. Posts that it has scheduled stay scheduled. ${whenUnsettled}`,
  access: 'automations:manage',
  request: { path: onAutomation },
  response: AutomationView,
  status: 200,
  errors: {
    'not-found': ['automation_not_found'],
    conflict: ['changed_meanwhile'],
    unavailable: ['automation_not_settled'],
  },
  etag: true,
  idempotency: 'inherent',
});

const StopState = z
  .object({
    isStopped: z.boolean().meta({ description: 'Whether all automations are stopped' }),
    since: Instant.nullable().meta({ description: 'Since when (UTC); null: never changed' }),
  })
  .meta({ id: 'AutomationsStop', description: 'Whether all automations of the workspace are stopped' });

export const stopAutomations = operation({
  id: 'stopAutomations',
  method: 'POST',
  path: '/v1/automations/stop',
  summary: 'Stop all automations of the workspace',
  description: `Replies only when no further step of any automation can act. None runs until they are resumed. ${whenUnsettled}`,
  access: 'automations:manage',
  response: StopState,
  status: 200,
  errors: { conflict: ['changed_meanwhile'], unavailable: ['automation_not_settled'] },
  idempotency: 'inherent',
});

export const resumeAutomations = operation({
  id: 'resumeAutomations',
  method: 'POST',
  path: '/v1/automations/resume',
  summary: 'Let the automations of the workspace run again',
  description: 'Automations that are on run at the next event. What happened meanwhile is not made up for.',
  access: 'automations:manage',
  response: StopState,
  status: 200,
  errors: { conflict: ['changed_meanwhile'], unavailable: ['automation_not_settled'] },
  idempotency: 'inherent',
});

export const getAutomationsStop = operation({
  id: 'getAutomationsStop',
  method: 'GET',
  path: '/v1/automations/stop',
  summary: 'Check whether all automations are stopped',
  access: 'automations:read',
  response: StopState,
});

export const listAutomationVersions = operation({
  id: 'listAutomationVersions',
  method: 'GET',
  path: '/v1/automations/{automationId}/versions',
  summary: 'List the versions of an automation, newest first',
  access: 'automations:read',
  request: { path: onAutomation, query: pageQuery({}) },
  response: pageOf(VersionView),
  errors: { 'not-found': ['automation_not_found'] },
});

export const listAutomationRuns = operation({
  id: 'listAutomationRuns',
  method: 'GET',
  path: '/v1/automations/{automationId}/runs',
  summary: 'List the runs of an automation, newest first',
  description: 'Runs are kept for 90 days after their end.',
  access: 'automations:read',
  request: {
    path: onAutomation,
    query: pageQuery({ status: RunStatus.optional().meta({ description: 'Only runs of this status' }) }),
  },
  response: pageOf(RunView),
  errors: { 'not-found': ['automation_not_found'] },
});

export const listOpenRuns = operation({
  id: 'listOpenRuns',
  method: 'GET',
  path: '/v1/automation-runs',
  summary: 'List the open runs of all automations',
  description: 'Runs that are under way, wait, or wait for their turn; at most 500.',
  access: 'automations:read',
  response: z.object({ items: z.array(RunView) }),
});

export const getAutomationRun = operation({
  id: 'getAutomationRun',
  method: 'GET',
  path: '/v1/automation-runs/{runId}',
  summary: 'Get a run of an automation',
  access: 'automations:read',
  request: { path: onRun },
  response: RunView,
  errors: { 'not-found': ['automation_run_not_found'] },
});

export const cancelAutomationRun = operation({
  id: 'cancelAutomationRun',
  method: 'POST',
  path: '/v1/automation-runs/{runId}/cancel',
  summary: 'Cancel a run of an automation',
  description: `No further step of it begins. Replies when a step that had begun has ended. ${whenUnsettled}`,
  access: 'automations:manage',
  request: { path: onRun },
  response: RunView,
  status: 200,
  errors: {
    'not-found': ['automation_run_not_found'],
    conflict: ['run_ended', 'changed_meanwhile'],
    unavailable: ['automation_not_settled'],
  },
  idempotency: 'inherent',
});

const Planned = z
  .object({
    step: z.string().meta({ description: 'Place of the step, such as `2` or `3.then.1`' }),
    kind: z.string().meta({ description: 'What it would do', examples: ['wait'] }),
    detail: z.string().meta({ description: 'With which values, as JSON' }),
  })
  .meta({ id: 'RehearsedStep', description: 'What a step would do' });

export const rehearseAutomation = operation({
  id: 'rehearseAutomation',
  method: 'POST',
  path: '/v1/automations/rehearse',
  summary: 'Rehearse an automation over past events',
  description:
    `Says which of the last events of its type, at most ${recentDays} days old and 1,000, would have started it, and what it ` +
    'would have done. Nothing is done. Events are kept from the first automation of a workspace on. Branches on metrics are ' +
    'rehearsed both ways, and limits as if it had been on.',
  access: 'automations:manage',
  request: { body: Definition },
  response: z
    .object({
      events: z.int().meta({ description: 'Events that were looked at' }),
      since: Instant.nullable().meta({ description: 'Time of the oldest of them (UTC); null: none' }),
      matches: z.int().meta({ description: 'Events that match' }),
      runs: z.int().meta({ description: 'Runs that the limits would have let begin' }),
      examples: z
        .array(
          z.object({
            eventId: z
              .string()
              .nullable()
              .meta({ description: 'Event that would have started it; null: the schedule' }),
            at: Instant,
            steps: z.array(Planned),
          }),
        )
        .meta({ description: 'The latest runs, at most 10' }),
    })
    .meta({ id: 'AutomationRehearsal', description: 'What an automation would have done' }),
  status: 200,
  errors: { invalid: [...invalid], unprocessable: ['invalid_automation'] },
  limit: 'costly',
  idempotency: 'inherent',
});

export const operations = [
  createAutomation,
  listAutomations,
  getAutomation,
  replaceAutomation,
  deleteAutomation,
  switchAutomationOn,
  switchAutomationOff,
  stopAutomations,
  resumeAutomations,
  getAutomationsStop,
  listAutomationVersions,
  listAutomationRuns,
  listOpenRuns,
  getAutomationRun,
  cancelAutomationRun,
  rehearseAutomation,
] as const;
