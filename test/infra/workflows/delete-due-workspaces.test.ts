import { expect, test } from 'vitest';
import { deleteDueWorkspaces } from '#infra/workflows/delete-due-workspaces.ts';
import { contextNames } from '#shared/contexts.ts';
import { execute } from '#test/simulation/interpreter.ts';

const functions = {
  ...{ users: 'users', posts: 'posts', accounts: 'accounts' },
  ...{ campaigns: 'campaigns', analytics: 'analytics', platform: 'platform' },
};
const settled = 'settled';

/** The tasks that the workflow called for one workspace, in their order, and when it had let events under way settle. */
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

test('what comes in while a workspace is erased is erased again in every context, before the workspace is closed', async () => {
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

test('a deletion that was cancelled erases nothing', async () => {
  const called = await run((task) =>
    task === 'users.dueWorkspaces' ? { workspaces: [{ workspaceId: 'wsp_1' }] } : { outcome: 'not_due' },
  );
  expect(called).toEqual(['users.dueWorkspaces', 'users.eraseWorkspace']);
});
