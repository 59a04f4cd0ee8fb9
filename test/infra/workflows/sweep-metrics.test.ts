import { expect, test } from 'vitest';
import { tasks as accounts } from '#functions/accounts/contract.ts';
import { tasks as analytics } from '#functions/analytics/contract.ts';
import { tasks as posts } from '#functions/posts/contract.ts';
import { sweepMetrics } from '#infra/workflows/sweep-metrics.ts';
import { execute } from '#test/simulation/interpreter.ts';

const batch = { workspaceId: 'wsp_1', accountId: 'acc_1', postIds: ['pst_1'], xPostIds: ['1'] };
const onePage = { outcome: 'done', page: 1, batches: [batch], days: [], progress: {}, deferred: [] };
const read = { outcome: 'read', measuredAt: '2026-11-22T12:00:00.000Z', posts: [] };
const clicks = [{ postId: 'pst_1', clicks: 7 }];

interface Swept {
  /** The tasks that were carried out. */
  done: { task: string; input: unknown }[];
  failure: string | undefined;
}

/** Sweeps one page. @param broken a task that always fails */
const sweep = async (broken?: string, page: object = onePage): Promise<Swept> => {
  const answers: Readonly<Record<string, unknown>> = {
    [analytics.dueBatches]: page,
    [accounts.readPosts]: read,
    [posts.readLinkClicks]: { clicks },
    [analytics.closePage]: { isMore: false },
  };
  const done: Swept['done'] = [];
  const failure = await execute(
    sweepMetrics({ accounts: 'accounts', analytics: 'analytics', posts: 'posts' }),
    {},
    {
      execution: { id: 'execution-1', name: 'execution-1' },
      call: async (_resource, payload) => {
        const { task, input } = payload as { task: string; input: unknown };
        if (task === broken) throw new Error('broken');
        done.push({ task, input });
        return answers[task] ?? {};
      },
      sleep: async () => undefined,
      sleepUntil: async () => undefined,
      enter: async () => undefined,
    },
  ).then(
    () => undefined,
    (error: unknown) => String(error),
  );
  return { done, failure };
};

/** What a sweep of one page records of its batch. */
const recorded = async (broken?: string): Promise<unknown> =>
  (await sweep(broken)).done.flatMap(({ task, input }) => (task === analytics.recordSnapshots ? [input] : []));

const { xPostIds: _, ...of } = batch;

test('the reading of a batch is recorded with the clicks on its short links', async () => {
  expect(await recorded()).toEqual([{ ...of, read, clicks }]);
});

test('the reading of a batch is recorded without clicks when these cannot be read', async () => {
  expect(await recorded(posts.readLinkClicks)).toEqual([{ ...of, read, clicks: [] }]);
});

test('an account that cannot be read is recorded as refused, without clicks', async () => {
  expect(await recorded(accounts.readPosts)).toEqual([{ ...of, read: { outcome: 'refused' }, clicks: [] }]);
});

test('a sweep fails and is ended when a step fails, so that the next one can start at once', async () => {
  const withDay = { ...onePage, days: [{ workspaceId: 'wsp_1', day: '2026-11-22' }] };
  for (const broken of [analytics.dueBatches, analytics.recordSnapshots, analytics.rollUpDay, analytics.closePage]) {
    const { failure, done } = await sweep(broken, withDay);
    expect(failure, broken).toContain('SweepBrokenOff');
    expect(done.at(-1)?.task, broken).toBe(analytics.endSweep);
  }
});
