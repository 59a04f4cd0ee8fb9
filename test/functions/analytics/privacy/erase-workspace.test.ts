import { describe, expect, test } from 'vitest';
import { eraseWorkspace } from '#functions/analytics/privacy/erase-workspace.ts';
import { knownCampaignStore } from '#functions/analytics/store/known-campaigns.ts';
import { trackedPostStore } from '#functions/analytics/store/tracked-posts.ts';
import { newId } from '#shared/ids.ts';
import { workspaceItems } from '#shared/privacy/erase-workspace.ts';
import type { Table } from '#shared/table.ts';
import { person } from '#test/support/context-harness.ts';
import { untilErased } from '#test/support/erased.ts';
import { memoryTable } from '#test/support/memory/table.ts';
import { accountId, campaignId, noon, workspaceId } from '../harness.ts';

const other = 'wsp_01KATJ9V5H8Q3M4N5P6R7S8T9W';

const plant = async (table: Table, of: string) => {
  const id = newId('pst', noon);
  const at = noon.toISOString();
  const post = { id, workspaceId: of, accountId, campaignId, xPostIds: ['1'], publishedAt: at, latest: null };
  await trackedPostStore(table).track({ ...post, nextSweepAt: at }, person);
  await table.put({ pk: of, sk: `SNAPSHOTS#${id}#2026-11-22`, snapshots: {} });
  await knownCampaignStore(table).learn(of, campaignId);
};

describe('the share of a deleted workspace', () => {
  test('is erased, nothing of it is read from X any more, and another workspace keeps its own', async () => {
    const { table, items } = memoryTable(() => noon);
    await plant(table, workspaceId);
    await plant(table, other);
    const step = eraseWorkspace(workspaceItems(table));
    const run = () => step.run({ workspaceId }, { ...person, execution: 'execution-1' });
    await run();
    const due = await trackedPostStore(table).due(noon, 100);
    expect(due.map((post) => post.workspaceId)).toEqual([other]);
    await untilErased(run);
    const left = [...items.values()].map(({ pk }) => pk);
    expect(left).toEqual([other, other, other]);
    expect(await untilErased(run)).toBe(1);
  });
});
