import { expect, test } from 'vitest';
import { repostPost } from '#infra/workflows/repost-post.ts';
import { execute } from '#test/simulation/interpreter.ts';

const sendBy = '2026-11-22T12:00:20.000Z';
const event = {
  workspaceId: 'wsp_1',
  entityId: 'rps_1',
  correlationId: 'c',
  data: { accountId: 'acc_1', postId: 'pst_1', xPostId: '1' },
};

/** Runs the definition against the answer to the claim and those of X, call by call. Returns the calls in order. */
const run = async (claim: object, answers: readonly object[]) => {
  const left = [...answers];
  const calls: { task: string; input: Record<string, unknown> }[] = [];
  await execute(repostPost({ posts: 'posts', accounts: 'accounts' }), event, {
    execution: { id: 'execution-1', name: 'execution-1' },
    call: async (_resource, payload) => {
      const { task, input } = payload as { task: string; input: Record<string, unknown> };
      calls.push({ task, input });
      return task === 'posts.claimRepost' ? claim : task === 'accounts.repost' ? left.shift() : {};
    },
    sleep: async () => undefined,
    sleepUntil: async () => undefined,
  });
  return calls;
};

const order = (calls: Awaited<ReturnType<typeof run>>) => calls.map(({ task }) => task);

test('a repost that is claimed is sent and recorded', async () => {
  const calls = await run({ outcome: 'go', sendBy }, [{ outcome: 'done' }]);
  expect(order(calls)).toEqual(['posts.claimRepost', 'accounts.repost', 'posts.recordRepost']);
  expect(calls[1]?.input).toMatchObject({ sendBy, xPostId: '1' });
});

test.each([
  ['has to wait for X', { outcome: 'rate_limited', retryAt: sendBy }],
  ['was too late', { outcome: 'expired' }],
])('a repost that %s is claimed again', async (_, met) => {
  const calls = await run({ outcome: 'go', sendBy }, [met, { outcome: 'done' }]);
  expect(order(calls).slice(0, 4)).toEqual([
    'posts.claimRepost',
    'accounts.repost',
    'posts.claimRepost',
    'accounts.repost',
  ]);
});

test.each(['stopped', 'skip'])('a repost whose claim returns "%s" is not sent', async (outcome) => {
  expect(order(await run({ outcome }, []))).toEqual(['posts.claimRepost']);
});
