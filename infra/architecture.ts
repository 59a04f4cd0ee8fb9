import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Function } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { format, resolveConfig } from 'prettier';
import * as z from 'zod';
import type { EventDefinition } from '#shared/events/event.ts';
import type { StageContext } from './constructs/context-stack.ts';
import { allEvents } from './event-schemas.ts';
import { contracts } from './openapi.ts';
import { WorkflowsStack } from './stacks/workflows.ts';
import { nameIn, stages } from './stages.ts';

/** The events that each context subscribes to, in the document's order of contexts. */
const subscriptions: Readonly<Record<string, readonly EventDefinition[]>> = Object.fromEntries(
  Object.entries(contracts).map(([context, { listensTo }]) => [context, listensTo]),
);

interface WorkflowEntry {
  name: string;
  purpose: string;
  /** Types of the events that start it. */
  events: string[];
  /** Its schedule in EventBridge Scheduler in production: `rate(1 minute)`. */
  rates: string[];
  /** Each task once, in the order of the definition. */
  tasks: string[];
}

const Reference = z.object({ Ref: z.string() });
const StateMachine = z.object({ Properties: z.object({ StateMachineName: z.string(), DefinitionString: z.string() }) });
const Rule = z.object({
  Properties: z.object({
    EventPattern: z.object({ 'detail-type': z.array(z.string()) }),
    Targets: z.array(z.object({ Arn: Reference })),
  }),
});
const Schedule = z.object({
  Properties: z.object({ ScheduleExpression: z.string(), Target: z.object({ Arn: Reference }) }),
});

/** Returns the workflows as CDK deploys them in production: what starts each of them, and which tasks it calls. */
export const workflowEntries = (): WorkflowEntry[] => {
  const app = new App();
  const stage = stages().prod;
  // The rest of the stage, referenced only by name.
  const rest = new Stack();
  const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:000000000000:${resource}`;
  const functionOf = (context: string) => Function.fromFunctionArn(rest, context, arn('lambda', `function:${context}`));
  // The only fields that the stack uses.
  const ground = {
    stage,
    bus: EventBus.fromEventBusArn(rest, 'Bus', arn('events', 'event-bus/bus')),
    alarmTopic: Topic.fromTopicArn(rest, 'Alarms', arn('sns', 'alarms')),
  } as StageContext;
  const stack = new WorkflowsStack(app, ground, {
    users: functionOf('users'),
    accounts: functionOf('accounts'),
    posts: functionOf('posts'),
    campaigns: functionOf('campaigns'),
    analytics: functionOf('analytics'),
    platform: functionOf('platform'),
  });
  const template = Template.fromStack(stack);
  const found = <T>(type: string, schema: z.ZodType<T>): [id: string, resource: T][] =>
    Object.entries(template.findResources(type)).map(([id, resource]) => [id, schema.parse(resource)]);
  const rules = found('AWS::Events::Rule', Rule);
  const schedules = found('AWS::Scheduler::Schedule', Schedule);

  return found('AWS::StepFunctions::StateMachine', StateMachine).map(([id, { Properties }]) => ({
    name: Properties.StateMachineName.slice(nameIn(stage, '').length),
    purpose: z.object({ Comment: z.string() }).parse(JSON.parse(Properties.DefinitionString)).Comment,
    events: rules.flatMap(([, rule]) =>
      rule.Properties.Targets.some(({ Arn }) => Arn.Ref === id) ? rule.Properties.EventPattern['detail-type'] : [],
    ),
    rates: schedules.flatMap(([, schedule]) =>
      schedule.Properties.Target.Arn.Ref === id ? [schedule.Properties.ScheduleExpression] : [],
    ),
    tasks: [...new Set([...Properties.DefinitionString.matchAll(/"task":"([^"]+)"/g)].map(([, task = '']) => task))],
  }));
};

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

const workflowsText = (workflows: readonly WorkflowEntry[]): string =>
  table(
    ['Workflow', 'Purpose', 'Started by', 'Tasks'],
    workflows.map(({ name, purpose, events, rates, tasks }) => [
      `\`${name}\``,
      purpose,
      code([...events, ...rates]),
      code(tasks),
    ]),
  );

const eventsText = (events: readonly EventDefinition[], workflows: readonly WorkflowEntry[]): string =>
  Object.keys(subscriptions)
    .map((context) => {
      const own = events.filter(({ source }) => source === context).sort((a, b) => (a.type < b.type ? -1 : 1));
      const rows = own.map((event) => {
        const contexts = Object.entries(subscriptions).filter(([, heard]) =>
          heard.some(({ type }) => type === event.type),
        );
        const started = workflows.filter(({ events: starting }) => starting.includes(event.type));
        const heardBy = [...contexts.map(([name]) => name), ...started.map(({ name }) => `\`${name}\``)];
        return [`\`${event.type}\``, event.summary, heardBy.join(', ')];
      });
      return `### From ${context}\n\n${rows.length > 0 ? table(['Event', 'Meaning', 'Received by'], rows) : 'None.'}`;
    })
    .join('\n\n');

/** Replaces the text between the two comments that mark a section of the document. */
const withSection = (document: string, section: string, text: string): string => {
  const [begin, end] = [`<!-- generated: ${section} -->`, `<!-- end: ${section} -->`];
  const [before, rest] = document.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`docs/architecture.md has no section ${section}`);
  return `${before}${begin}\n\n${text}\n\n${end}${after}`;
};

/** Returns the document with its sections generated from the contracts and workflows, formatted. */
export const architectureText = async (document: string): Promise<string> => {
  const workflows = workflowEntries();
  const text = withSection(
    withSection(document, 'workflows', workflowsText(workflows)),
    'events',
    eventsText(allEvents, workflows),
  );
  return format(text, { ...(await resolveConfig(architecturePath)), filepath: architecturePath });
};

export const architecturePath = join(import.meta.dirname, '../docs/architecture.md');

if (import.meta.main) {
  writeFileSync(architecturePath, await architectureText(readFileSync(architecturePath, 'utf8')));
}
