import { rmSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { synthesize } from '../support/synthesized.ts';
import { verdictOn } from './judge.ts';
import { PolicyDocument, StagePolicies } from './stage-policies.ts';

/*
 * The emulator does not check IAM when one AWS service calls another, so these grants are checked in the template: each
 * service may do what its own definition names, and nothing else.
 */

const StateMachine = z.object({ DefinitionString: z.string(), RoleArn: z.string() });
const Target = z.object({
  Arn: z.string(),
  RoleArn: z.string().optional(),
  DeadLetterConfig: z.object({ Arn: z.string() }).optional(),
});
const Rule = z.object({ Targets: z.array(Target) });
const Schedule = z.object({ Target });
const QueuePolicy = z.object({ Queues: z.array(z.string()), PolicyDocument });
const Role = z.object({ AssumeRolePolicyDocument: z.unknown() });

let policies: StagePolicies;
beforeAll(async () => {
  const stage = await synthesize('local');
  policies = new StagePolicies(stage);
  return () => {
    rmSync(stage.folder, { recursive: true, force: true });
  };
});

/** A role's grants, as `action on resource`, except for writing logs. */
const grantsOf = (role: string): string[] =>
  policies
    .policiesOf(role)
    .flatMap(({ Statement }) => Statement)
    .flatMap(({ Action, Resource }) => Action.flatMap((action) => Resource.map((on) => `${action} on ${on}`)))
    .filter((grant) => !/^logs:\w+ on \*$/.test(grant))
    .sort();

/** The trust policy of a role, which names the service that may assume it. */
const trustOf = (role: string): string => {
  const found = policies.resourcesOf('AWS::IAM::Role').find(({ arn }) => arn === role);
  return JSON.stringify(Role.parse(found?.properties).AssumeRolePolicyDocument);
};

/** Every `Resource` that a task of a definition calls, at any depth. */
const tasksIn = (definition: unknown): string[] => {
  if (typeof definition !== 'object' || definition === null) return [];
  const own =
    'Type' in definition && definition.Type === 'Task' && 'Resource' in definition ? [definition.Resource] : [];
  return [...own.map(String), ...Object.values(definition).flatMap(tasksIn)];
};

test('each workflow may invoke only the functions that its definition names', () => {
  const machines = policies.resourcesOf('AWS::StepFunctions::StateMachine');
  expect(machines.length).toBeGreaterThan(0);
  for (const { key, properties } of machines) {
    const { DefinitionString, RoleArn } = StateMachine.parse(properties);
    const named = new Set(tasksIn(JSON.parse(DefinitionString)));
    expect(named.size, key).toBeGreaterThan(0);
    expect(grantsOf(RoleArn), key).toEqual([...named].map((arn) => `lambda:InvokeFunction on ${arn}`).sort());
    expect(trustOf(RoleArn), key).toContain('"Principal":{"Service":"states.amazonaws.com"}');
  }
});

/** Workflows that an operator starts (docs/runbook.md). */
const byHand = ['recompute-metrics'];

test('each rule and schedule may start only its own workflow', () => {
  const machines = policies.resourcesOf('AWS::StepFunctions::StateMachine').map(({ arn }) => arn);
  const rules = policies
    .resourcesOf('AWS::Events::Rule')
    .flatMap(({ key, properties }) =>
      Rule.parse(properties).Targets.map((target) => ({ key, target, service: 'events.amazonaws.com' })),
    );
  const schedules = policies.resourcesOf('AWS::Scheduler::Schedule').map(({ key, properties }) => ({
    key,
    target: Schedule.parse(properties).Target,
    service: 'scheduler.amazonaws.com',
  }));
  const starters = [...rules, ...schedules].filter(({ target }) => target.RoleArn !== undefined);
  const started = machines.filter((arn) => !byHand.some((name) => arn.endsWith(`-${name}`)));
  expect(new Set(starters.map(({ target }) => target.Arn))).toEqual(new Set(started));
  for (const { key, target, service } of starters) {
    expect(grantsOf(target.RoleArn ?? ''), key).toEqual([`states:StartExecution on ${target.Arn}`]);
    expect(trustOf(target.RoleArn ?? ''), key).toContain(`"Principal":{"Service":"${service}"}`);
  }
});

test('each queue accepts events only from the rules that target it', async () => {
  const rules = policies.resourcesOf('AWS::Events::Rule').map(({ arn, properties }) => ({
    arn,
    queues: Rule.parse(properties)
      .Targets.flatMap(({ Arn, DeadLetterConfig }) => [Arn, DeadLetterConfig?.Arn])
      .filter((target) => target?.includes(':sqs:')),
  }));
  const queues = policies.resourcesOf('AWS::SQS::Queue').map(({ arn }) => arn);
  const queuePolicies = policies
    .resourcesOf('AWS::SQS::QueuePolicy')
    .map(({ properties }) => QueuePolicy.parse(properties));
  const targets = queues.filter((arn) => rules.some(({ queues }) => queues.includes(arn)));
  expect(targets.length).toBeGreaterThan(0);
  for (const queue of targets) {
    const found = queuePolicies.find(({ Queues }) => Queues.some((name) => queue.endsWith(`:${name}`)));
    const takes = async (rule: string) =>
      (await verdictOn({
        principal: 'events.amazonaws.com',
        action: 'sqs:SendMessage',
        resource: queue,
        ...(found && { resourcePolicy: found.PolicyDocument }),
        context: { 'aws:SourceArn': rule },
      })) === 'Allowed';
    for (const rule of rules) {
      expect({ queue, rule: rule.arn, takes: await takes(rule.arn) }).toEqual({
        queue,
        rule: rule.arn,
        takes: rule.queues.includes(queue),
      });
    }
  }
});
