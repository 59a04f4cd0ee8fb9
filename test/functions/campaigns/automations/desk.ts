import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { AutomationResumeRequested, AutomationTriggered } from '#events/campaigns.ts';
import { publicEvents } from '#events/public-events.ts';
import { tasks as analyticsTasks } from '#functions/analytics/task-names.ts';
import * as contract from '#functions/campaigns/automations/contract.ts';
import { AutomationView, RunView } from '#functions/campaigns/automations/contract.ts';
import { automationSubscriptions } from '#functions/campaigns/automations/subscriptions.ts';
import { eventsFor } from '#functions/campaigns/changes.ts';
import type { Definition } from '#functions/campaigns/domain/automation.ts';
import { routes } from '#functions/campaigns/routes.ts';
import { tasks } from '#functions/campaigns/tasks.ts';
import { runAutomation } from '#infra/workflows/run-automation.ts';
import type { DomainEvent } from '#shared/events/event.ts';
import { execute, Stopped } from '#test/simulation/interpreter.ts';
import { anEvent, answering, clockAt, contextHarness, type Sent } from '#test/support/context-harness.ts';
import { memoryCampaigns } from '#test/support/memory/campaigns.ts';
import { noon } from '../harness.ts';

export const postId = 'pst_01KATJ9V5H8Q3M4N5P6R7S8T9V';
export const templateId = 'tpl_01KATJ9V5H8Q3M4N5P6R7S8T9V';
export const accountId = 'acc_01KATJ9V5H8Q3M4N5P6R7S8T9V';

/** An automation as people write it. */
export type Written = z.input<typeof Definition>;

export const notify = {
  kind: 'notify' as const,
  roles: ['owner' as const],
  subject: 'Published',
  text: 'It is out: {{entityId}}',
} satisfies Written['steps'][number];

/** By default notifies the owners when a post is published. */
export const written = (said: Partial<Written> = {}): Written => ({
  name: 'Tell the team',
  trigger: { kind: 'event', type: 'post.published' },
  steps: [notify],
  ...said,
});

const Example = z.object({ detail: z.object({ data: z.record(z.string(), z.unknown()) }) });

/** An event of that type, with the data of its example. */
export const exampleOf = (
  type: string,
  { entityId = postId, entityVersion = 1, data = {}, chain = [] as string[] } = {},
) => {
  const definition = publicEvents.find((each) => each.type === type);
  if (!definition) throw new Error(`There is no event ${type}`);
  const file = new URL(`../../../../events/examples/${type}.json`, import.meta.url);
  const example = Example.parse(JSON.parse(readFileSync(file, 'utf8'))).detail.data;
  const event = anEvent(definition, entityId, entityVersion, { ...example, ...data }, noon.toISOString());
  return { ...event, detail: { ...event.detail, chain } } satisfies DomainEvent;
};

/** A task that another context was asked to do. */
export interface Acted {
  task: string;
  order: { runId: string; step: string; notAfter: string; triggeredAt: string; chain: string[]; by: object };
  step: Record<string, unknown> & { kind: string };
}

type Answer = (acted: Acted) => object | Promise<object>;

export const done = { outcome: 'done', made: null, facts: null, message: null };

/** Campaigns with automations over a table in memory, the workflow of runs, and stubs of the other contexts. */
export const automationDesk = () => {
  const clock = clockAt(noon);
  const deps = memoryCampaigns(clock.now);
  deps.sleep = async (milliseconds) => {
    clock.pass(milliseconds);
  };
  const context = contextHarness(deps, clock, eventsFor, {
    context: 'campaigns',
    routes: routes(deps, answering),
    subscriptions: async () => automationSubscriptions(deps),
    tasks: tasks(deps),
  });
  const acted: Acted[] = [];
  const others: { answer: Answer; enter: (state: string) => Promise<void> } = {
    answer: () => done,
    enter: async () => undefined,
  };
  let executions = 0;
  let read = 0;

  const play = async (event: DomainEvent, id = `arn:execution-${(executions += 1)}`): Promise<void> => {
    const definition = runAutomation({
      campaigns: 'campaigns',
      posts: 'posts',
      users: 'users',
      platform: 'platform',
      analytics: 'analytics',
    });
    await execute(definition, JSON.parse(JSON.stringify(event.detail)), {
      execution: { id, name: id },
      enter: async (state) => others.enter(state),
      call: async (resource, payload) => {
        const { task, input } = payload as { task: string; input: object };
        if (resource === 'campaigns') return context.run(task, input, id);
        const asked = { task, ...input } as Acted;
        if (task !== analyticsTasks.readForAutomation) acted.push(asked);
        return others.answer(asked);
      },
      sleep: async (milliseconds) => {
        clock.pass(milliseconds);
      },
      sleepUntil: async (instant) => {
        if (Date.parse(instant) > clock.now().getTime()) clock.set(instant);
      },
    });
  };
  /** Events that started or resumed runs since the last call. */
  const begun = (): DomainEvent[] => {
    const all = context.events();
    const starts: unknown[] = [AutomationTriggered, AutomationResumeRequested];
    const fresh = all.slice(read).filter(({ definition }) => starts.includes(definition));
    read = all.length;
    return fresh;
  };
  /** Plays all runs that have begun, and those that follow. Stopped executions stay where they are. */
  const settle = async (): Promise<void> => {
    for (let fresh = begun(); fresh.length > 0; fresh = begun()) {
      for (const event of fresh) {
        try {
          await play(event);
        } catch (error) {
          if (!(error instanceof Stopped)) throw error;
        }
      }
    }
  };
  const create = async (said: Partial<Written> = {}, isOn = true, sent: Sent = {}) => {
    const { body } = await context.ask(contract.createAutomation, AutomationView, { body: written(said), ...sent });
    const path = { automationId: body.id };
    return isOn ? (await context.ask(contract.switchAutomationOn, AutomationView, { path, ...sent })).body : body;
  };
  const runsOf = async (automationId: string) =>
    (await context.ask(contract.listAutomationRuns, z.object({ items: z.array(RunView) }), { path: { automationId } }))
      .body.items;
  return { ...context, acted, others, play, begun, settle, create, runsOf };
};

export type Desk = ReturnType<typeof automationDesk>;

/** Makes a template known that has one required variable. */
export const knowTemplate = async ({ deps }: Desk, workspaceId: string): Promise<void> =>
  deps.content.learnTemplate(workspaceId, 1, {
    templateId,
    requiredVariables: ['title'],
    variables: ['title', 'note'],
  });
