import { describe, expect, test } from 'vitest';
import { QueueChanged, TemplateChanged } from '#events/posts.ts';
import { checkCampaign, launchCampaign } from '#functions/campaigns/launch/contract.ts';
import { createCampaign } from '#functions/campaigns/planning/contract.ts';
import { eraseWorkspace } from '#functions/campaigns/privacy/erase-workspace.ts';
import { CampaignView } from '#functions/campaigns/views.ts';
import { workspaceItems } from '#shared/privacy/erase-workspace.ts';
import { instantAfter } from '#shared/time.ts';
import { person } from '#test/support/context-harness.ts';
import { untilErased } from '#test/support/erased.ts';
import { accountId, harness, know, noon, planOf, workspaceId } from '../harness.ts';
import { workflowsOf } from '../workflows.ts';

const other = 'wsp_01KATJ9V5H8Q3M4N5P6R7S8T9W';
const templateId = 'tpl_01KATJ9V5H8Q3M4N5P6R7S8T9V';
const origin = { ...person, execution: 'execution-1' };

/** A workspace with a running campaign: every kind of item that this context stores. */
const running = async () => {
  const context = harness();
  const workflows = workflowsOf(context);
  const placed = planOf(2, 3_600_000);
  for (const { postId } of placed) await know(context.deps, postId);
  await context.happened(QueueChanged, accountId, 1, { timeZone: 'UTC', slots: [{ weekday: 1, time: '09:30' }] });
  await context.happened(TemplateChanged, templateId, 1, { requiredVariables: [] });
  const body = { name: 'Spring', timeZone: 'UTC', posts: placed };
  const { id: campaignId } = (await context.ask(createCampaign, CampaignView, { body })).body;
  const path = { campaignId };
  await context.ask(checkCampaign, CampaignView, { path });
  await workflows.settle();
  const reportVersion = (await context.deps.campaigns.get(workspaceId, campaignId)).report?.version;
  await context.ask(launchCampaign, CampaignView, { path, body: { reportVersion } });
  await workflows.settle();
  // Another workspace with the same items.
  for (const item of [...context.items.values()]) {
    await context.table.put({ ...item, pk: String(item.pk).replace(workspaceId, other), sk: String(item.sk) });
  }
  return { context, campaignId, placed };
};

describe('the share of a deleted workspace', () => {
  test('is erased, its running campaign ends, and another workspace keeps its items', async () => {
    const { context, campaignId, placed } = await running();
    const step = eraseWorkspace(workspaceItems(context.table));
    const run = () => step.run({ workspaceId }, origin);
    const told = context.changes.length;
    const left = (of: string) => [...context.items.values()].filter(({ pk }) => String(pk).startsWith(of));
    const kinds = () => new Set(left(workspaceId).map(({ type }) => type));
    expect(kinds()).toEqual(
      new Set([
        ...['campaign', 'campaign_step', 'plan', 'plan_part', 'check_part', 'report', 'report_part', 'slot'],
        ...['known_post', 'known_queue', 'known_template'],
      ]),
    );
    const all = left(other).length;
    await run();
    expect(kinds().has('campaign')).toBe(false);
    const ofPost = { workspaceId, campaignId, postId: placed[0]?.postId };
    expect(await context.run('campaigns.permit', ofPost)).toEqual({ outcome: 'cancelled' });
    const ofRun = { workspaceId, campaignId, run: 1 };
    expect(await context.run('campaigns.planWindow', ofRun)).toEqual({ outcome: 'ended' });
    const ofLaunch = { workspaceId, campaignId, number: 1 };
    expect(await context.run('campaigns.claimPart', { ...ofLaunch, part: 0 })).toEqual({ outcome: 'ended' });
    expect(await context.run('campaigns.start', ofLaunch)).toEqual({ outcome: 'ended' });
    await untilErased(run);
    expect(left(workspaceId)).toEqual([]);
    expect(left(other)).toHaveLength(all);
    expect(await untilErased(run)).toBe(1);
    expect(context.changes).toHaveLength(told);
  });
});

test('the parts of launch checks expire after 400 days', async () => {
  const { context } = await running();
  const parts = [...context.items.values()].filter(({ type }) => type === 'check_part');
  const until = Date.parse(instantAfter(noon, 400 * 86_400_000)) / 1000;
  expect(new Set(parts.map(({ ttl }) => ttl))).toEqual(new Set([until]));
});
