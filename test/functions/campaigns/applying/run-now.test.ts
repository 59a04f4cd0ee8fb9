import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { CampaignSlotPlanned } from '#events/campaigns.ts';
import { runCampaignSlotNow } from '#functions/campaigns/applying/contract.ts';
import { pauseCampaign } from '#functions/campaigns/lifecycle/contract.ts';
import { newId } from '#shared/ids.ts';
import { owner } from '#test/support/http-event.ts';
import { at, planOf, running, type RunningDesk, runningDesk } from '../running-desk.ts';

const two = [
  [1, 60],
  [2, 120],
] as const;

const runNow = (desk: RunningDesk, campaignId: string, slotId: string, note: string | null = null) =>
  desk.call(runCampaignSlotNow, { path: { campaignId, slotId }, body: { note } });

const Problem = z.object({ code: z.string() });
const Answer = z.object({
  slot: z.object({ id: z.string(), publishAt: z.string(), status: z.string() }),
  conflicts: z.array(z.object({ name: z.string() })),
});

describe('a slot that is run now', () => {
  test('is planned at once, records who asked for it, and leaves the other slots unchanged', async () => {
    const desk = runningDesk();
    const id = await running(desk, planOf(two), [1, 2]);
    const [first, second] = await desk.slots(id);
    desk.clock.set(at(10));
    const answer = await runNow(desk, id, second?.id ?? '', 'The news are out');
    expect(answer.status).toBe(202);
    expect(Answer.parse(answer.body)).toMatchObject({ slot: { publishAt: at(10), status: 'planned' }, conflicts: [] });
    const slots = await desk.slots(id);
    expect(slots[0]).toMatchObject({
      ...{ id: second?.id, planVersion: 2, askedAt: at(10) },
      ranNow: { at: at(10), by: owner.personId, note: 'The news are out' },
      reasons: [{ kind: 'fixed' }, { kind: 'run_now', at: at(10) }],
    });
    expect(slots[1]).toEqual(first);
    const planned = desk.events().filter(({ definition }) => definition.type === CampaignSlotPlanned.type);
    expect(planned.at(-1)?.detail.data).toMatchObject({ slotId: second?.id, publishAt: at(10), askedAt: at(10) });
  });

  test('overrides rules of the plan and names them', async () => {
    const desk = runningDesk();
    const plan = planOf(two, {
      spacing: { minimumGapMinutes: 0, quietHours: { from: '13:00', to: '13:30' } },
    });
    const id = await running(desk, plan, [1, 2]);
    const [first] = await desk.slots(id);
    desk.clock.set(at(10));
    const { conflicts } = Answer.parse((await runNow(desk, id, first?.id ?? '')).body);
    expect(conflicts.map(({ name }) => name)).toEqual(['quiet_hours']);
  });

  test('is rejected if it is unknown, being published or published, or if the campaign is paused', async () => {
    const desk = runningDesk();
    const id = await running(desk, planOf(two), [1, 2]);
    const [first, second] = await desk.slots(id);
    if (!first || !second) throw new Error('no slots');
    const codeOf = async (slotId: string) => {
      const { status, body } = await runNow(desk, id, slotId);
      return [status, Problem.parse(body).code];
    };
    expect(await codeOf(newId('slt', desk.clock.now()))).toEqual([404, 'campaign_slot_not_found']);
    desk.clock.set(at(60));
    expect(await codeOf(first.id)).toEqual([409, 'slot_being_published']);
    await desk.published(first);
    expect(await codeOf(first.id)).toEqual([409, 'slot_published']);
    await desk.call(pauseCampaign, { path: { campaignId: id } });
    expect(await codeOf(second.id)).toEqual([409, 'campaign_paused']);
  });
});
