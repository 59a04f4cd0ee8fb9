import { expect, test } from 'vitest';
import { eraseWorkspace } from '#functions/campaigns/privacy/erase-workspace.ts';
import { exportSections } from '#functions/campaigns/privacy/export-person.ts';
import { tasks as campaignTasks } from '#functions/campaigns/task-names.ts';
import { workspaceItems } from '#shared/privacy/erase-workspace.ts';
import { person } from '#test/support/context-harness.ts';
import { untilErased } from '#test/support/erased.ts';
import { owner } from '#test/support/http-event.ts';
import { workspaceId } from '../harness.ts';
import { automationDesk, exampleOf, notify } from './desk.ts';

test('erasing a workspace ends a waiting run at its next step and deletes all items of the workspace', async () => {
  const desk = automationDesk();
  await desk.create({ steps: [{ kind: 'wait', minutes: 1 }, notify] });
  await desk.deliver(exampleOf('post.published'));
  const runId = desk.begun()[0]?.detail.entityId;
  const advance = (outcome: string) =>
    desk.run(campaignTasks.advanceAutomation, { workspaceId, runId, met: { outcome }, metStep: null });
  await advance('begun');
  const step = eraseWorkspace(workspaceItems(desk.table));
  const run = () => step.run({ workspaceId }, { ...person, execution: 'execution-1' });
  await run();
  desk.clock.pass(60_000);
  expect(await advance('awake')).toEqual({ outcome: 'ended' });
  await untilErased(run);
  expect([...desk.items.values()].filter(({ pk }) => pk === workspaceId)).toEqual([]);
  expect(desk.acted).toEqual([]);
});

test('an export holds the automations that the person switched on and the versions they saved, and no others', async () => {
  const desk = automationDesk();
  await desk.create();
  const sharesOf = (personId: string) =>
    exportSections.flatMap(({ kind, prefix, shareOf }) =>
      [...desk.items.values()]
        .filter(({ sk }) => String(sk).startsWith(prefix))
        .flatMap((item) => {
          const share = shareOf(item, personId);
          return share === undefined ? [] : [{ kind, ...share }];
        }),
    );
  expect(sharesOf(owner.personId)).toMatchObject([
    { kind: 'automation', name: 'Tell the team', status: 'on' },
    { kind: 'automation_version', version: 1, name: 'Tell the team' },
  ]);
  expect(sharesOf('usr_01KATJ9V5H8Q3M4N5P6R7S8T9W')).toEqual([]);
});
