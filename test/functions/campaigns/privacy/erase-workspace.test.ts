import { describe, expect, test } from 'vitest';
import { launch } from '#functions/campaigns/domain/campaign.ts';
import { slotsOf } from '#functions/campaigns/domain/slot.ts';
import { eraseWorkspace } from '#functions/campaigns/privacy/erase-workspace.ts';
import { campaignStore } from '#functions/campaigns/store/campaigns.ts';
import { knownPostStore } from '#functions/campaigns/store/known-posts.ts';
import { slotStore } from '#functions/campaigns/store/slots.ts';
import { tasks } from '#functions/campaigns/tasks.ts';
import { newId } from '#shared/ids.ts';
import { workspaceItems } from '#shared/privacy/erase-workspace.ts';
import type { Table } from '#shared/table.ts';
import { person } from '#test/support/context-harness.ts';
import { untilErased } from '#test/support/erased.ts';
import { memoryTable } from '#test/support/memory/table.ts';
import { noon, planOf, workspaceId } from '../harness.ts';

const other = 'wsp_01KATJ9V5H8Q3M4N5P6R7S8T9W';
const origin = { ...person, execution: 'execution-1' };

const running = async (table: Table, of: string) => {
  const campaigns = campaignStore(table);
  const slots = planOf(2);
  for (const { postId } of slots) await knownPostStore(table).learn(of, postId, 1, 'draft', noon.toISOString());
  const claims = slots.map(({ id: slotId, postId }) => ({ postId, slotId, seen: null }));
  const plan = {
    name: 'Spring',
    timeZone: 'Etc/UTC',
    status: 'draft' as const,
    run: 0,
    slots,
    result: null,
    utm: null,
  };
  const draft = await campaigns.create({ id: newId('cmp', noon), workspaceId: of, ...plan }, claims, person);
  const campaign = launch(draft, noon);
  return campaigns.save(campaign, person, { slots: slotsOf(campaign) });
};

describe('the share of a deleted workspace', () => {
  test('is erased, a campaign that runs ends, and another workspace keeps its own', async () => {
    const { table, items, changes } = memoryTable(() => noon);
    const { id: campaignId, slots } = await running(table, workspaceId);
    await running(table, other);
    const step = eraseWorkspace(workspaceItems(table));
    const run = () => step.run({ workspaceId }, origin);
    const told = changes.length;
    const left = (of: string) => [...items.values()].filter(({ pk }) => pk === of);
    expect(left(workspaceId)).toHaveLength(5);
    await run();
    const deps = { campaigns: campaignStore(table), slots: slotStore(table), posts: knownPostStore(table) };
    const steps = tasks({ ...deps, now: () => noon, patience: { totalMs: 0, everyMs: 1 } });
    const ofPost = { workspaceId, campaignId, postId: slots[0]?.postId };
    const ask = (name: string, input: object) => steps.find((each) => each.name === name)?.run(input, origin);
    expect(await ask('campaigns.permit', ofPost)).toEqual({ outcome: 'cancelled' });
    expect(await ask('campaigns.planWindow', { workspaceId, campaignId, run: 1 })).toEqual({ outcome: 'ended' });
    await untilErased(run);
    expect(left(workspaceId)).toEqual([]);
    expect(left(other)).toHaveLength(5);
    expect(await untilErased(run)).toBe(1);
    expect(changes).toHaveLength(told);
  });
});
