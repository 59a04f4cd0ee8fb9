import { expect, test } from 'vitest';
import { deleteDueWorkspaces } from '#infra/workflows/delete-due-workspaces.ts';
import { contextNames } from '#shared/contexts.ts';
import { execute } from '#test/simulation/interpreter.ts';

const functions = {
  ...{ users: 'users', posts: 'posts', accounts: 'accounts' },
  ...{ campaigns: 'campaigns', analytics: 'analytics', platform: 'platform' },
};
const settled = 'settled';

/** The tasks that the workflow called, in order, with `settled` where it waited for events under way. */
const run = async (answer: (task: string, call: number) => object): Promise<string[]> => {
  const called: string[] = [];
  await execute(
    deleteDueWorkspaces(functions, 7_200),
    {},
    {
      execution: { id: 'execution-1', name: 'execution-1' },
      call: async (_resource, payload) => {
        const { task } = payload as { task: string };
        called.push(task);
        return answer(task, called.filter((each) => each === task).length);
      },
      sleep: async (milliseconds) => {
        if (milliseconds === 7_200_000) called.push(settled);
      },
      sleepUntil: async () => undefined,
      enter: async () => undefined,
    },
  );
  return called;
};

const erasing = contextNames.map((context) => `${context}.eraseWorkspace`).sort();

test('a due workspace is erased in every context twice, before and after a pause, and then closed', async () => {
  const called = await run((task) =>
    task === 'users.dueWorkspaces' ? { workspaces: [{ workspaceId: 'wsp_1' }] } : { outcome: 'erased' },
  );
  const [found, ...rest] = called;
  const pause = rest.indexOf(settled);
  expect(found).toBe('users.dueWorkspaces');
  expect(rest.slice(0, pause).sort()).toEqual(erasing);
  expect(rest.slice(pause + 1, -1).sort()).toEqual(erasing);
  expect(rest.at(-1)).toBe('users.closeWorkspace');
});

test('a workspace that is no longer due is not erased in other contexts and not closed', async () => {
  const called = await run((task) =>
    task === 'users.dueWorkspaces' ? { workspaces: [{ workspaceId: 'wsp_1' }] } : { outcome: 'not_due' },
  );
  expect(called).toEqual(['users.dueWorkspaces', 'users.eraseWorkspace']);
});
