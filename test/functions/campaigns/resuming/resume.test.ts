import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { CampaignSlotDropped, CampaignSlotPlanned } from '#events/campaigns.ts';
import type { CatchUpPolicy } from '#functions/campaigns/domain/plan-policies.ts';
import { pauseCampaign } from '#functions/campaigns/lifecycle/contract.ts';
import { previewCampaignResume, resumeCampaign, ResumePreview } from '#functions/campaigns/resuming/contract.ts';
import { at, keyOf, planOf, running, type RunningDesk, runningDesk } from '../running-desk.ts';

/** Posts an hour apart, from minute 60 on. */
const hourly = (count: number) => Array.from({ length: count }, (_, place) => [place + 1, (place + 1) * 60] as const);
const places = (count: number) => Array.from({ length: count }, (_, place) => place + 1);

/** Paused at minute 30 and resumed at minute 150: the posts of minutes 60 and 120 were held, the one of 180 was not. */
const paused = async (desk: RunningDesk, count = 4): Promise<string> => {
  const id = await running(desk, planOf(hourly(count)), places(count));
  desk.clock.set(at(30));
  await desk.call(pauseCampaign, { path: { campaignId: id } });
  desk.clock.set(at(60));
  for (const slot of (await desk.slots(id)).filter(({ publishAt }) => publishAt <= at(120))) {
    desk.clock.set(slot.publishAt);
    await desk.heldByPause(slot);
  }
  desk.clock.set(at(150));
  return id;
};

const resume = (desk: RunningDesk, id: string, catchUp?: CatchUpPolicy) =>
  desk.call(resumeCampaign, { path: { campaignId: id }, body: { ...(catchUp && { catchUp }) } });

const stateOf = async (desk: RunningDesk, id: string) =>
  (await desk.slots(id)).map(({ slotKey, status, publishAt }) => [slotKey, status, publishAt]);

const Problem = z.object({ code: z.string() });

describe('a resumed campaign', () => {
  test('publishes missed posts late within the policy, and skips the others', async () => {
    const desk = runningDesk();
    const id = await paused(desk);
    expect((await resume(desk, id)).status).toBe(200);
    expect((await desk.campaign(id)).catchUp).toMatchObject({ since: at(30), until: at(150), run: 2 });
    await desk.runOn(id);
    // 60 minutes by default: the post of minute 60 is 90 minutes late.
    expect(await stateOf(desk, id)).toEqual([
      [keyOf(60), 'dropped', at(60)],
      [keyOf(120), 'planned', at(150)],
      [keyOf(180), 'planned', at(180)],
      [keyOf(240), 'planned', at(240)],
    ]);
    const [skipped, late] = await desk.slots(id);
    expect(skipped).toMatchObject({ letGo: { at: at(150), why: 'missed' }, caughtUp: { run: 2, from: at(60) } });
    expect(skipped?.reasons.at(-1)).toEqual({ kind: 'missed', dueAt: at(60) });
    expect(late?.reasons.at(-1)).toEqual({ kind: 'published_late', dueAt: at(120) });
    expect((await desk.campaign(id)).catchUp).toBeNull();
    expect(desk.events().filter(({ definition }) => definition.type === CampaignSlotDropped.type)).toHaveLength(1);
  });

  test('skips all missed posts if asked to', async () => {
    const desk = runningDesk();
    const id = await paused(desk);
    await resume(desk, id, { kind: 'skip' });
    await desk.runOn(id);
    expect((await desk.slots(id)).map(({ status }) => status)).toEqual(['dropped', 'dropped', 'planned', 'planned']);
  });

  test('moves all remaining posts by the lost time if asked to', async () => {
    const desk = runningDesk();
    const id = await paused(desk);
    await resume(desk, id, { kind: 'shift_rest' });
    await desk.runOn(id);
    expect(await stateOf(desk, id)).toEqual([
      [keyOf(60), 'planned', at(150)],
      [keyOf(120), 'planned', at(210)],
      [keyOf(180), 'planned', at(270)],
      [keyOf(240), 'planned', at(330)],
    ]);
  });

  test('does what its preview showed, and the preview changes nothing', async () => {
    for (const catchUp of [
      undefined,
      { kind: 'skip' as const },
      { kind: 'shift_rest' as const },
      { kind: 'compress' as const },
    ]) {
      const desk = runningDesk();
      const id = await paused(desk);
      const before = await desk.slots(id);
      const sent = { path: { campaignId: id }, body: { ...(catchUp && { catchUp }) } };
      const { body: preview } = await desk.ask(previewCampaignResume, ResumePreview, sent);
      expect(await desk.slots(id)).toEqual(before);
      expect(preview).toMatchObject({ since: at(30), until: at(150), missed: 2 });
      await resume(desk, id, catchUp);
      await desk.runOn(id);
      const after = await desk.slots(id);
      const changed = after.filter(({ caughtUp }) => caughtUp);
      expect(changed.filter(({ letGo }) => !letGo).map(({ slotKey, publishAt }) => [slotKey, publishAt])).toEqual(
        preview.moved.map(({ slotKey, publishAt }) => [slotKey, publishAt]),
      );
      expect(changed.filter(({ letGo }) => letGo).map(({ slotKey }) => slotKey)).toEqual(
        preview.skipped.map(({ slotKey }) => slotKey),
      );
      expect(after.length - changed.length).toBe(preview.unchanged);
    }
  });

  test('continues its catch-up where the previous step stopped', async () => {
    const desk = runningDesk();
    const count = 450;
    const plan = planOf(Array.from({ length: count }, (_, place) => [place + 1, 60 + place] as const));
    const id = await running(desk, plan, places(count));
    desk.clock.set(at(30));
    await desk.call(pauseCampaign, { path: { campaignId: id } });
    desk.clock.set(at(600));
    await resume(desk, id, { kind: 'shift_rest' });
    const onRun = { workspaceId: (await desk.campaign(id)).workspaceId, campaignId: id, run: 2 };
    const outcomes: unknown[] = [];
    for (let step = 0; step < 3; step += 1) outcomes.push(await desk.run('campaigns.catchUp', onRun));
    expect(outcomes).toEqual([{ outcome: 'more' }, { outcome: 'more' }, { outcome: 'done' }]);
    const slots = await desk.slots(id);
    expect(slots.map(({ publishAt }) => publishAt)).toEqual(slots.map((_, place) => at(600 + place)));
    expect(slots.every(({ planVersion, caughtUp }) => planVersion === 2 && caughtUp?.run === 2)).toBe(true);
    expect(await desk.run('campaigns.catchUp', onRun)).toEqual({ outcome: 'done' });
    expect(await desk.slots(id)).toEqual(slots);
  });

  test('drops a missed post in its run, even if the event that held the post arrives late', async () => {
    const desk = runningDesk();
    const id = await running(desk, planOf(hourly(2)), places(2));
    desk.clock.set(at(30));
    await desk.call(pauseCampaign, { path: { campaignId: id } });
    desk.clock.set(at(61));
    await resume(desk, id, { kind: 'skip' });
    const [first] = await desk.slots(id);
    if (!first) throw new Error('no slot');
    await desk.heldByPause(first);
    expect((await desk.slots(id))[0]).toMatchObject({ status: 'held', planVersion: 1 });
    await desk.runOn(id);
    expect((await desk.slots(id))[0]).toMatchObject({ status: 'dropped', planVersion: 1 });
    // An even later event does not bring it back.
    await desk.heldByPause(first, 60);
    expect((await desk.slots(id))[0]).toMatchObject({ status: 'dropped', planVersion: 1 });
  });

  test('still catches up if it was paused again before its catch-up', async () => {
    const desk = runningDesk();
    const id = await paused(desk);
    await resume(desk, id, { kind: 'skip' });
    desk.clock.set(at(151));
    await desk.call(pauseCampaign, { path: { campaignId: id } });
    desk.clock.set(at(155));
    await resume(desk, id, { kind: 'skip' });
    await desk.runOn(id);
    expect((await desk.slots(id)).map(({ status }) => status)).toEqual(['dropped', 'dropped', 'planned', 'planned']);
  });

  test('continues unchanged if it missed nothing', async () => {
    const desk = runningDesk();
    const id = await running(desk, planOf(hourly(2)), places(2));
    await desk.call(pauseCampaign, { path: { campaignId: id } });
    desk.clock.set(at(1));
    await resume(desk, id);
    const before = await desk.slots(id);
    await desk.runOn(id);
    expect(await desk.slots(id)).toEqual(before);
    expect(desk.events().filter(({ definition }) => definition.type === CampaignSlotPlanned.type)).toHaveLength(2);
  });

  test('cannot be previewed unless the campaign is paused', async () => {
    const desk = runningDesk();
    const id = await running(desk, planOf(hourly(1)), places(1));
    const answer = await desk.ask(previewCampaignResume, Problem, { path: { campaignId: id }, body: {} });
    expect([answer.status, answer.body.code]).toEqual([409, 'campaign_running']);
  });
});
