import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { eventually } from '../../infra/local/marketer.ts';
import { about, armAws, by, type AwsRule } from './aws-proxy.ts';
import { awsDirectly, Lab, type Account, type Struck } from './lab.ts';
import { compare, Tally } from './oracle.ts';
import { expectVerdict, playAll, type Place, type Scenario, type Verdict } from './scenario.ts';
import { killWorkers } from './workers.ts';

const published = { end: 'published' } as const;

/** How long AWS, or the answer of X, is held while the process is killed. In milliseconds. */
const heldMs = 4_000;

/** X takes a post this long after the call of a process that is dead by then: before its outcome counts as settled. */
const lateMs = 10_000;

/** Kills every process of the accounts function, as soon as the fault holds the one that publishes this post. */
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

const holdAws =
  (operation: string, how: Pick<AwsRule, 'latency'>) =>
  ({ postId }: Place) =>
    armAws(inject('awsProxyUrl'), [
      { service: 'dynamodb', operation, ...by('accounts'), ...about(`PUBLICATION#${postId}#0`), times: 1, ...how },
    ]);

const crashes = [
  crash('killed while the intent is being written', holdAws('PutItem', { latency: heldMs })),
  crash('killed while X works, the commit comes after the death', holdX('before')),
  crash('killed after X has committed, the answer is on its way', holdX('after')),
  crash('killed while the X id is being written', holdAws('TransactWriteItems', { latency: heldMs })),
  crash('killed in the middle of a thread, before the commit', holdX('before', 1), 3),
  crash('killed in the middle of a thread, after the commit', holdX('after', 1), 3),
];

// Environments of processes are read where Linux shows them.
describe.skipIf(!existsSync('/proc/self/environ'))('the process that publishes is killed', () => {
  const tally = new Tally();
  let verdicts: Map<string, Verdict | Error>;
  beforeAll(async () => {
    // One after another until it is killed: no process dies that serves another scenario.
    verdicts = await playAll(await Lab.open(), crashes, { lanes: 1 });
  });
  afterAll(() => {
    process.stdout.write(`${tally.line()}\n`);
  });

  test.each(crashes)('$name: every part stands on X once', (each) => {
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

  /** The execution that the rule has started for a post, with its input. */
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

  test('several for one scheduling publish it once, and all end well', async () => {
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

  /** What becomes of a post whose execution is lost: it is found and brought out once, with nobody's doing. */
  const expectHealed = async (postId: string, account: Account, texts: readonly string[]) => {
    const { status } = await lab.ended(postId);
    const difference = compare([texts], await lab.standing(account));
    tally.count(difference);
    expect(difference).toEqual({ lost: [], doubled: [], outOfOrder: [] });
    expect(status).toBe('published');
  };

  test('one that is aborted before its time is made up for', async () => {
    const account = await lab.newAccount();
    const postId = await lab.write(account, ['the timer is lost']);
    const soon = new Date(Date.now() + 8_000).toISOString();
    await lab.maya.call('POST', `/v1/posts/${postId}/schedule`, { publishAt: soon });
    const { executionArn } = await executionOf(postId);
    await stepFunctions.send(new StopExecutionCommand({ executionArn }));
    expect(await statusOf(executionArn)).toBe('ABORTED');
    await expectHealed(postId, account, ['the timer is lost']);
    expect(Date.now() - Date.parse(soon)).toBeLessThan(120_000);
  });

  test('one that is aborted while X works is made up for: what stands on X is found there', async () => {
    const account = await lab.newAccount();
    const postId = await lab.write(account, ['nobody records it', 'and what comes after it']);
    const struck = await lab.armX(account, [
      { method: 'POST', path: '/2/tweets', fault: { kind: 'delay', ms: 2_000, phase: 'after' } },
    ]);
    await lab.publish(postId);
    await eventually('the call at X', async () => (await struck()) > 0 || undefined, { everyMs: 50 });
    const { executionArn } = await executionOf(postId);
    await stepFunctions.send(new StopExecutionCommand({ executionArn }));
    expect(await statusOf(executionArn)).toBe('ABORTED');
    await expectHealed(postId, account, ['nobody records it', 'and what comes after it']);
  });
});
