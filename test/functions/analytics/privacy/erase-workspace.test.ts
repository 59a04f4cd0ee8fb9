import { describe, expect, test } from 'vitest';
import { rawKeyOf } from '#functions/analytics/domain/raw-readings.ts';
import { eraseWorkspace } from '#functions/analytics/privacy/erase-workspace.ts';
import { deferredReadingStore } from '#functions/analytics/store/deferred-readings.ts';
import { knownCampaignStore } from '#functions/analytics/store/known-campaigns.ts';
import { placeAt, trackedPostStore } from '#functions/analytics/store/tracked-posts.ts';
import { newId } from '#shared/ids.ts';
import { workspaceItems } from '#shared/privacy/erase-workspace.ts';
import { shardOf } from '#shared/shards.ts';
import type { Table } from '#shared/table.ts';
import { person } from '#test/support/context-harness.ts';
import { untilErased } from '#test/support/erased.ts';
import { memoryAnalytics } from '#test/support/memory/analytics.ts';
import { accountId, campaignId, noon, workspaceId } from '../harness.ts';

const other = 'wsp_01KATJ9V5H8Q3M4N5P6R7S8T9W';

const plant = async (table: Table, of: string) => {
  const id = newId('pst', noon);
  const at = noon.toISOString();
  const post = { id, workspaceId: of, accountId, campaignId, trial: null, xPostIds: ['1'], dueAt: at, publishedAt: at };
  await trackedPostStore(table).track({ ...post, costMicros: 0, format: null, templateId: null }, 800);
  await deferredReadingStore(table).add({ workspaceId: of, accountId, postIds: [id], readAt: at });
  await table.put({ pk: of, sk: `READINGS#2026-11-22#${accountId}#${at}#${id}` });
  const campaign = { campaignId, name: null, goals: [], budgetMicros: null, maturityHours: null };
  await knownCampaignStore(table).learn(of, 1, campaign);
};

describe('the share of a deleted workspace', () => {
  test('is erased and no longer due for reading, and another workspace keeps its data', async () => {
    const { table, items, reportFiles, rawFiles } = memoryAnalytics(() => noon);
    for (const of of [workspaceId, other]) {
      await reportFiles.write(`${of}/rpt_1/report.pdf`, 'application/pdf', Buffer.of(1));
      await rawFiles.write(rawKeyOf({ workspaceId: of, day: '2026-11-22', accountId }), 'x', Buffer.of(1));
    }
    await plant(table, workspaceId);
    await plant(table, other);
    const step = eraseWorkspace(workspaceItems(table), reportFiles, rawFiles);
    const run = () => step.run({ workspaceId }, { ...person, execution: 'execution-1' });
    await run();
    const due = await trackedPostStore(table).publishedBetween(shardOf(accountId), placeAt(0), noon.getTime() + 1, 100);
    expect(due.map(({ post }) => post.workspaceId)).toEqual([other]);
    await untilErased(run);
    const left = [...items.values()].map(({ pk }) => pk);
    expect(left).toEqual([other, other, other, other]);
    expect([...reportFiles.files.keys()]).toEqual([`${other}/rpt_1/report.pdf`]);
    expect([...rawFiles.files.keys()]).toEqual([rawKeyOf({ workspaceId: other, day: '2026-11-22', accountId })]);
    expect(await untilErased(run)).toBe(1);
  });
});
