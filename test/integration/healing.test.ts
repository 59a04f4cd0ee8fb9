// @module-tag long
import { randomUUID } from 'node:crypto';
import { SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { beforeAll, describe, expect, test } from 'vitest';
import { eventually, Marketer, newXUser, postsOnX } from '#infra/local/marketer.ts';
import { slowness, soon } from '#infra/local/slowness.ts';
import { becomes, type Post, publish, schedule, write } from '../support/integration/desk.ts';
import { executionsOf } from '../support/integration/executions.ts';
import { asRoot, stage } from '../support/integration/stage.ts';
import { requestsAtX, tellX } from '../support/integration/x.ts';

const maya = new Marketer(stage);
const stepFunctions = new SFNClient(asRoot);
beforeAll(async () => {
  await maya.join();
});

/** Stops the execution that was started for a post, as an outage or an operator's mistake would. */
const stopExecutionOf = async ({ id }: Post): Promise<void> => {
  const [execution] = await eventually('the execution of the post', async () => {
    const found = await executionsOf('publish-post', id);
    return found.length > 0 ? found : undefined;
  });
  await stepFunctions.send(new StopExecutionCommand({ executionArn: execution?.arn ?? '' }));
};

// Two minutes is what is promised.
describe.concurrent('a post whose execution is stopped', () => {
  test('before it is due, is published once within two minutes of its time', async () => {
    const username = await newXUser(stage);
    const post = await write(maya, await maya.connect(username), `The timer is lost, ${randomUUID()}.`);
    const dueAt = soon(8_000);
    await schedule(maya, post, dueAt);
    await stopExecutionOf(post);
    await eventually('the post is out', async () => ((await postsOnX(stage, username)).length > 0 ? true : undefined), {
      withinMs: 150_000,
      everyMs: 1_000,
    });
    const { publication } = await becomes(maya, post, 'published');
    expect(Date.parse(publication?.publishedAt ?? '') - Date.parse(dueAt)).toBeLessThan(120_000 * slowness());
    expect(await postsOnX(stage, username)).toHaveLength(1);
  });

  test('while X receives it, is recorded as published and not sent again', async () => {
    const username = await newXUser(stage);
    const post = await write(maya, await maya.connect(username), `Nobody records it, ${randomUUID()}.`);
    const fault = { kind: 'delay', ms: 2_000, phase: 'after' };
    await tellX('POST', 'faults', [{ method: 'POST', path: '/2/tweets', username, fault }]);
    await publish(maya, post);
    await eventually('the post on X', async () => ((await postsOnX(stage, username)).length > 0 ? true : undefined), {
      everyMs: 50,
    });
    await stopExecutionOf(post);
    await eventually(
      'the post is known to be out',
      async () => ((await maya.call('GET', `/v1/posts/${post.id}`)).body as Post).status === 'published' || undefined,
      { withinMs: 200_000, everyMs: 1_000 },
    );
    expect(await postsOnX(stage, username)).toHaveLength(1);
    const sends = (await requestsAtX(username)).filter(({ operation }) => operation === 'createPosts');
    expect(sends.length).toBeLessThanOrEqual(1);
  });
});
