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
  description: 'Run steps automatically on events, metric thresholds and schedules.',
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
    switchedOnBy: z
      .string()
      .nullable()
      .meta({
        description:
          'Id of whoever it acts for: who last switched it on, or replaced its definition while it was on; null: never ' +
          'switched on',
      }),
  })
  .meta({ id: 'AutomationView', description: 'An automation' });

const count = z.int().min(0);

const AutomationDetail = AutomationView.extend({
  notStarted: z
    .object({
      perHour: count.meta({ description: 'Exceeded the hourly limit', examples: [0] }),
      perDay: count.meta({ description: 'Exceeded the daily limit', examples: [0] }),
      coolDown: count.meta({ description: 'Occurred during the cool-down', examples: [0] }),
      queueFull: count.meta({ description: 'The queue of waiting runs was full', examples: [0] }),
    })
    .meta({
      description: 'Events of this UTC day that started no run because of its limits, by reason; they start none later',
    }),
}).meta({ id: 'AutomationDetail', description: 'An automation, and the events that its limits skipped today' });

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
    chainOfRun: AutomationRun.shape.chainOfRun.meta({
      description: 'Automations that led to this run, oldest first; the last is its own',
    }),
  })
  .meta({ id: 'AutomationRunView', description: 'A run of an automation' });

const invalid = ['invalid_schedule', 'invalid_time_zone'] as const;

export const createAutomation = operation({
  id: 'createAutomation',
  method: 'POST',
  path: '/v1/automations',
  summary: 'Create an automation',
  description: 'It is created switched off. Rehearse it against past events, then switch it on.',
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
    'The new definition takes effect at once; runs in progress keep the version that they began with. If the ' +
    'automation is on, it then acts on your behalf, as described at `switchAutomationOn`.',
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
  description: 'Switches it off first, as `switchAutomationOff` does. Its runs remain available by id.',
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
    'The automation acts on your behalf: you are the author of its posts, and each step may do what your role permitted ' +
    'when you switched it on. A lower role applies at once; a higher one only after you switch it off and on again or ' +
    'replace its definition. It is switched off when you leave the workspace or may no longer manage automations.',
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
  'If a step is still in progress after 25 seconds, the response is 503 with `automation_not_settled`: no further ' +
  'step begins. Repeat the request; this is safe.';

export const switchAutomationOff = operation({
  id: 'switchAutomationOff',
  method: 'POST',
  path: '/v1/automations/{automationId}/off',
  summary: 'Switch an automation off',
  description:
    'Responds once none of its steps can act any more: its runs are stopped, including waiting ones, and steps in ' +
    `progress have ended. Posts that it has scheduled stay scheduled. ${whenUnsettled}`,
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
    since: Instant.nullable().meta({ description: 'When they were last stopped or resumed (UTC); null: never' }),
  })
  .meta({ id: 'AutomationsStop', description: 'Whether all automations of the workspace are stopped' });

export const stopAutomations = operation({
  id: 'stopAutomations',
  method: 'POST',
  path: '/v1/automations/stop',
  summary: 'Stop all automations of the workspace',
  description: `Responds once no automation can act any more. None runs until they are resumed. ${whenUnsettled}`,
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
  summary: 'Resume the automations of the workspace',
  description:
    'Automations that are on run again from the next event. Events that occurred in the meantime start no runs.',
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
  description: 'Runs with the status `queued`, `running` or `waiting`; at most 500.',
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
  description: `No further step of the run begins. Responds once a step in progress has ended. ${whenUnsettled}`,
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
    step: z.string().meta({ description: 'Position of the step, such as `2` or `3.then.1`' }),
    kind: z.string().meta({ description: 'Kind of the step', examples: ['wait'] }),
    detail: z.string().meta({ description: 'Values of the step as JSON, or why the event cannot fill them in' }),
  })
  .meta({ id: 'RehearsedStep', description: 'A step that would have been carried out' });

export const rehearseAutomation = operation({
  id: 'rehearseAutomation',
  method: 'POST',
  path: '/v1/automations/rehearse',
  summary: 'Rehearse an automation against past events',
  description:
    'Returns which past events of its type would have started a run, and what the run would have done. Nothing is ' +
    `carried out. It covers the latest 1,000 events, at most ${recentDays} days old; events are recorded once the ` +
    'workspace has its first automation. Both paths of each branch are included. Limits apply as if the automation had ' +
    'been on.',
  access: 'automations:manage',
  request: { body: Definition },
  response: z
    .object({
      events: z.int().meta({ description: 'Number of events that were checked' }),
      since: Instant.nullable().meta({ description: 'Time of the oldest of these events (UTC); null: none' }),
      matches: z.int().meta({ description: 'Number of events, or of scheduled times, that match' }),
      runs: z.int().meta({ description: 'Number of runs that the limits would have allowed' }),
      examples: z
        .array(
          z.object({
            eventId: z
              .string()
              .nullable()
              .meta({ description: 'Id of the event that would have started it; null: the schedule' }),
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
