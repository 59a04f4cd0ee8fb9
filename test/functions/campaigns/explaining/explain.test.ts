import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { applyCampaignPlan, runCampaignSlotNow } from '#functions/campaigns/applying/contract.ts';
import { Reason } from '#functions/campaigns/domain/planned-slot.ts';
import { explainCampaignPost, Explanation } from '#functions/campaigns/explaining/contract.ts';
import { reasonSentence } from '#functions/campaigns/explaining/reason-sentence.ts';
import { dayMs } from '#shared/time.ts';
import { owner } from '#test/support/http-event.ts';
import { account, at, planOf, post, running, type RunningDesk, runningDesk } from '../running-desk.ts';

const explain = async (desk: RunningDesk, campaignId: string, postId: string) =>
  (await desk.ask(explainCampaignPost, Explanation, { path: { campaignId }, query: { postId } })).body;

/** Every morning at 09:00 in Berlin, with some jitter. */
const mornings = planOf([], {
  tracks: [
    {
      id: 'morning',
      accountIds: [account],
      content: { kind: 'posts', postIds: [post(1), post(2), post(3)] },
      times: { kind: 'recurrence', start: '2026-12-02T09:00', rule: 'FREQ=DAILY;COUNT=3' },
      jitterMinutes: 10,
    },
  ],
});

describe('the explanation of when a post is published', () => {
  test('gives rule, original time, jitter, plan and claim', async () => {
    const desk = runningDesk();
    const id = await running(desk, mornings, [1, 2, 3]);
    const told = await explain(desk, id, post(1));
    const [slot] = await desk.slots(id);
    expect(told).toMatchObject({
      ...{ slotKey: 'morning@2026-12-02T09:00', rule: 'FREQ=DAILY;COUNT=3', originalWallTime: '2026-12-02T09:00' },
      ...{ publishAt: slot?.publishAt, timeZone: 'Europe/Berlin', status: 'planned', publication: null },
      plan: { version: 1, by: owner.personId, note: null },
      claim: { at: at(0), launch: 1 },
    });
    expect(told.jitterMinutes).not.toBe(0);
    expect(told.sentences.slice(0, 2)).toEqual([
      'The rule FREQ=DAILY;COUNT=3 gives it the local time 2026-12-02 09:00.',
      `Random jitter moved it ${Math.abs(told.jitterMinutes)} minutes ${told.jitterMinutes < 0 ? 'earlier' : 'later'}.`,
    ]);
    expect(told.history.map(({ kind }) => kind).sort()).toEqual([
      ...['campaign_step', 'campaign_step', 'plan_applied', 'plan_saved'],
    ]);
  });

  test('names who moved it, who ran it and what became of it, even years later', async () => {
    const desk = runningDesk();
    const id = await running(
      desk,
      planOf([
        [1, 60],
        [2, 120],
      ]),
      [1, 2],
    );
    desk.clock.set(at(5));
    const overrides = [{ original: at(60), wallTime: '2026-12-01T14:50' }];
    const plan = planOf([], {
      tracks: [
        {
          ...planOf([
            [1, 60],
            [2, 120],
          ]).tracks[0],
          overrides,
        },
      ] as never,
    });
    await desk.replan(id, plan, 'After lunch');
    // Applied with the next version, which does not touch the slot.
    await desk.replan(id, {
      ...plan,
      blackouts: [{ kind: 'days', name: 'Fair', from: '2027-01-01', to: '2027-01-02' }],
    });
    const reportVersion = await desk.check(id);
    desk.clock.set(at(6));
    await desk.call(applyCampaignPlan, { path: { campaignId: id }, body: { reportVersion, note: 'Agreed' } });
    await desk.carryOut(id);
    desk.clock.set(at(20));
    const [slot] = await desk.slots(id);
    if (!slot) throw new Error('no slot');
    await desk.call(runCampaignSlotNow, { path: { campaignId: id, slotId: slot.id }, body: { note: 'Now or never' } });
    const [now] = await desk.slots(id);
    if (!now) throw new Error('no slot');
    await desk.run('campaigns.permit', { workspaceId: now.workspaceId, campaignId: id, postId: now.postId });
    desk.clock.pass(2_000);
    await desk.published(now);

    desk.clock.pass(3 * 365 * dayMs);
    const told = await explain(desk, id, post(1));
    expect(told).toMatchObject({
      ...{ status: 'published', permittedAt: at(20) },
      plan: { version: 3, note: null, at: at(5) },
      publication: { publishedAt: '2026-12-01T12:20:02.000Z', dueAt: at(20), xPostIds: ['1234567890'] },
    });
    expect(told.reasons.map(({ reason }) => reason.kind)).toEqual(['fixed', 'moved_by_edit', 'run_now']);
    const by = owner.personId;
    expect(told.history.filter(({ kind }) => kind !== 'campaign_step').map(({ sentence }) => sentence)).toEqual([
      `${by} saved version 1 of the plan, which added it (${at(60)}).`,
      `${by} put version 1 of the plan into effect.`,
      `${by} saved version 2 of the plan, which moved it (${at(110)}): After lunch`,
      `${by} put version 3 of the plan into effect: Agreed`,
      `${by} ran it at once: Now or never`,
    ]);
    expect(told.sentences.at(-1)).toMatch(/^It was published at 2026-12-01T12:20:02.000Z/);
  });

  test('exists for a dropped post, but not for a post that the campaign never had', async () => {
    const desk = runningDesk();
    const id = await running(
      desk,
      planOf([
        [1, 60],
        [2, 120],
      ]),
      [1, 2, 3],
    );
    await desk.replan(id, planOf([[2, 120]]));
    await desk.call(applyCampaignPlan, { path: { campaignId: id }, body: { reportVersion: await desk.check(id) } });
    await desk.carryOut(id);
    expect(await explain(desk, id, post(1))).toMatchObject({ status: 'dropped', plan: { version: 2 } });
    const query = { postId: post(3) };
    const missing = await desk.ask(explainCampaignPost, z.object({ code: z.string() }), {
      path: { campaignId: id },
      query,
    });
    expect([missing.status, missing.body.code]).toEqual([404, 'campaign_slot_not_found']);
  });
});

test('every reason has a sentence of its own', () => {
  const minutes = { byMinutes: 5, movedByMinutes: -1 };
  const any = { wallTime: '2026-12-01T09:00', dueAt: at(0), instant: at(0), at: at(0), max: 1, ...minutes };
  const sentences = Reason.options.map((option) => reasonSentence({ kind: option.shape.kind.value, ...any } as Reason));
  expect(new Set(sentences).size).toBe(Reason.options.length);
  for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z].*\.$/);
});
