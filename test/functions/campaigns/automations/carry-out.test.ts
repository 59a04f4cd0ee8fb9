import { expect, test } from 'vitest';
import { pauseCampaign } from '#functions/campaigns/lifecycle/contract.ts';
import { resumeCampaign } from '#functions/campaigns/resuming/contract.ts';
import { tasks as campaignTasks } from '#functions/campaigns/task-names.ts';
import { launched, noon, workspaceId } from '../harness.ts';
import { automationDesk, exampleOf } from './desk.ts';

/** A run whose only step, which pauses or resumes a campaign, has been dispatched. */
const acting = async (kind: 'pause_campaign' | 'resume_campaign') => {
  const desk = automationDesk();
  const { id: campaignId } = await launched(desk.deps);
  await desk.create({ steps: [{ kind, campaignId }] });
  await desk.deliver(exampleOf('post.published'));
  const runId = desk.begun()[0]?.detail.entityId;
  const asked = { workspaceId, runId, met: { outcome: 'begun' }, metStep: null };
  const next = (await desk.run(campaignTasks.advanceAutomation, asked)) as { order: object; step: { kind: string } };
  const act = (said: object = {}, step: object = next.step) =>
    desk.run(campaignTasks.actForAutomation, { order: { ...next.order, ...said }, step });
  const campaign = () => desk.deps.campaigns.get(workspaceId, campaignId);
  return { desk, campaignId, runId, act, campaign };
};

test('pause_campaign pauses the campaign once, with the automation as actor', async () => {
  const { desk, act, campaign } = await acting('pause_campaign');
  const done = { outcome: 'done', made: { kind: 'campaign' } };
  expect(await act()).toMatchObject(done);
  const { version, changedBy, status } = await campaign();
  expect([status, changedBy.type]).toEqual(['paused', 'automation']);
  expect(await act()).toMatchObject(done);
  expect((await campaign()).version).toBe(version);
  expect(desk.events().find(({ definition }) => definition.type === 'campaign.paused')?.detail.chain).toHaveLength(1);
});

test.each(['pause_campaign', 'resume_campaign'] as const)(
  '%s repeated after a lost answer does not undo what a person has done since',
  async (kind) => {
    const { desk, campaignId, act, campaign } = await acting(kind);
    const path = { campaignId };
    const undo = kind === 'pause_campaign' ? resumeCampaign : pauseCampaign;
    if (kind === 'resume_campaign') await desk.call(pauseCampaign, { path });
    expect(await act()).toMatchObject({ outcome: 'done' });
    await desk.call(undo, { path });
    const { version } = await campaign();
    expect(await act()).toMatchObject({ outcome: 'done' });
    expect(await campaign()).toMatchObject({ version, status: kind === 'pause_campaign' ? 'running' : 'paused' });
  },
);

test('resume_campaign is refused if the campaign is cancelled', async () => {
  const { desk, campaign, act } = await acting('resume_campaign');
  const running = await campaign();
  await desk.deps.campaigns.save({ ...running, status: 'cancelled' }, { actor: running.changedBy, correlationId: 'c' });
  expect(await act()).toMatchObject({ outcome: 'refused' });
});

test('pause_campaign is refused with role_lacks_permission if the person may not launch campaigns', async () => {
  const { act } = await acting('pause_campaign');
  const by = { personId: 'usr_01KATJ9V5H8Q3M4N5P6R7S8T9V', people: ['usr_01KATJ9V5H8Q3M4N5P6R7S8T9V'], role: 'editor' };
  expect(await act({ by })).toMatchObject({ outcome: 'refused', code: 'role_lacks_permission' });
});

test('pause_campaign does nothing after its deadline and returns too_late', async () => {
  const { desk, act, campaign } = await acting('pause_campaign');
  desk.clock.pass(10_000);
  expect(await act()).toEqual({ outcome: 'too_late' });
  expect((await campaign()).status).toBe('running');
});

test('pause_campaign does nothing and returns too_late once its run has moved on', async () => {
  const { desk, act, campaign, runId } = await acting('pause_campaign');
  const met = { outcome: 'done', made: null, facts: null, message: null };
  await desk.run(campaignTasks.advanceAutomation, { workspaceId, runId, met, metStep: '1' });
  expect(desk.clock.now()).toEqual(noon);
  expect(await act()).toEqual({ outcome: 'too_late' });
  expect((await campaign()).status).toBe('running');
});
