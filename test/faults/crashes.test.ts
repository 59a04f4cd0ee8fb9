import { existsSync } from 'node:fs';
import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { eventually } from '#infra/local/marketer.ts';
import { armAws, by, publicationOf } from './aws-proxy.ts';
import { awsDirectly, Lab, type Struck } from './lab.ts';
import { compare, Tally } from './oracle.ts';
import { expectVerdict, type Place, playAll, type Scenario, type Verdict } from './scenario.ts';
import { killWorkers } from './workers.ts';

const published = { end: 'published' } as const;

/** How long AWS, or X's answer, is held while the process is killed. In milliseconds. */
const heldMs = 4_000;

/**
 * X commits a post this long after the call, when the process that made it is dead, but before its outcome counts as
 * settled. In milliseconds.
 */
const lateMs = 10_000;

/** Kills every process of the accounts function as soon as the fault holds the one that publishes this post. */
const killWhenHeld =
  (struck: Map<string, Struck>) =>
  async ({ postId }: Place): Promise<void> => {
    await eventually('the call that is held', async () => ((await struck.get(postId)?.()) ?? 0) > 0 || undefined, {
      everyMs: 50,
    });
    expect(await killWorkers('xmp-local-accounts', inject('awsProxyUrl'))).toBeGreaterThan(0);
  };

const crash = (name: string, arm: (place: Place) => Promise<Struck>, parts = 1): Scenario => {
  const struck = new Map<string, Struck>();
  return {
    name,
    parts,
    expected: published,
    arm: async (place) => {
      const counter = await arm(place);
      struck.set(place.postId, counter);
      return counter;
    },
    meanwhile: killWhenHeld(struck),
  };
};

const holdX =
  (phase: 'before' | 'after', skip = 0) =>
  ({ lab, account }: Place) =>
    lab.armX(account, [
      {
        method: 'POST',
        path: '/2/tweets',
        skip,
        fault: { kind: 'delay', ms: phase === 'before' ? lateMs : heldMs, phase },
      },
    ]);

const holdWrite =
  (when: 'intended' | 'published') =>
  ({ postId }: Place) =>
    armAws(inject('awsProxyUrl'), [
      {
        service: 'dynamodb',
        operation: 'PutItem',
        ...by('accounts'),
        body: publicationOf(postId, when),
        times: 1,
        latency: heldMs,
      },
    ]);

const crashes = [
  crash('killed while the intent is being written', holdWrite('intended')),
  crash('killed while X works, the commit comes after the death', holdX('before')),
  crash('killed after X has committed, the answer is on its way', holdX('after')),
  crash('killed while the X id is being written', holdWrite('published')),
  crash('killed in the middle of a thread, before the commit', holdX('before', 1), 3),
  crash('killed in the middle of a thread, after the commit', holdX('after', 1), 3),
];

// The environment of a process can be read only on Linux.
describe.skipIf(!existsSync('/proc/self/environ'))('the publishing process', () => {
  const tally = new Tally();
  let verdicts: Map<string, Verdict | Error>;
  beforeAll(async () => {
    // One at a time until the kill, so that no process of another scenario dies.
    verdicts = await playAll(await Lab.open(), crashes, { lanes: 1 });
  });
  afterAll(() => {
    process.stdout.write(`${tally.line()}\n`);
  });

  test.each(crashes)('$name: every part is on X exactly once', (each) => {
    expectVerdict(verdicts.get(each.name), each, tally);
  });
});

describe('executions of publish-post', () => {
  const tally = new Tally();
  let stepFunctions: SFNClient;
  let stateMachineArn: string;
  let lab: Lab;
  beforeAll(async () => {
    lab = await Lab.open();
    stepFunctions = new SFNClient(awsDirectly());
    const { stateMachines = [] } = await stepFunctions.send(new ListStateMachinesCommand());
    stateMachineArn = stateMachines.find(({ name }) => name === 'xmp-local-publish-post')?.stateMachineArn ?? '';
  });
  afterAll(() => {
    process.stdout.write(`${tally.line()}\n`);
  });

  /** The execution that the rule started for a post, and its input. */
  const executionOf = (postId: string): Promise<{ executionArn: string; input: string }> =>
    eventually(`an execution for ${postId}`, async () => {
      const { executions = [] } = await stepFunctions.send(new ListExecutionsCommand({ stateMachineArn }));
      for (const { executionArn = '' } of executions) {
        const { input = '' } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
        if (input.includes(postId)) return { executionArn, input };
      }
      return undefined;
    });

  const statusOf = async (executionArn: string) =>
    (await stepFunctions.send(new DescribeExecutionCommand({ executionArn }))).status;

  test('publish the post once and all succeed when four run for the same schedule', async () => {
    const account = await lab.newAccount();
    const texts = ['first of a race', 'second of a race'];
    const postId = await lab.write(account, texts);
    await lab.publish(postId);
    const { executionArn, input } = await executionOf(postId);
    const more = await Promise.all(
      [1, 2, 3].map(() => stepFunctions.send(new StartExecutionCommand({ stateMachineArn, input }))),
    );
    const { status } = await lab.ended(postId);
    for (const arn of [executionArn, ...more.map((started) => started.executionArn ?? '')]) {
      await eventually('the end of every execution', async () => (await statusOf(arn)) === 'SUCCEEDED' || undefined);
    }
    const difference = compare([texts], await lab.standing(account));
    tally.count(difference);
    expect(difference).toEqual({ lost: [], doubled: [], outOfOrder: [] });
    expect(status).toBe('published');
  });
});
