import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { CampaignPlanApplied, CampaignSlotDropped } from '#events/campaigns.ts';
import { applyCampaignPlan } from '#functions/campaigns/applying/contract.ts';
import { getCampaignSpending } from '#functions/campaigns/budget/contract.ts';
import { LaunchReport } from '#functions/campaigns/domain/launch-report.ts';
import { getLaunchReport } from '#functions/campaigns/launch/contract.ts';
import { pauseCampaign } from '#functions/campaigns/lifecycle/contract.ts';
import { at, keyOf, noon, planOf, post, running, type RunningDesk, runningDesk } from '../running-desk.ts';

/** Posts 1 to 4 at minutes 60, 120, 180 and 240. */
const four = [
  [1, 60],
  [2, 120],
  [3, 180],
  [4, 240],
] as const;
const known = [1, 2, 3, 4, 5, 6];

const track = (changes: object) => ({ tracks: [{ ...planOf(four).tracks[0], ...changes }] as never });
const moved = (minutes: number, to: string) => ({ original: at(minutes), wallTime: to });

/** Minute 60 is moved to 90, 120 dropped, 180 gets post 5, 240 stays; post 6 is added at 300. */
const changedPlan = planOf([...four, [6, 300]], {
  tracks: [
    {
      ...planOf([...four, [6, 300]]).tracks[0],
      overrides: [
        moved(60, '2026-12-01T14:30'),
        { original: at(120), isDropped: true },
        { original: at(180), content: { kind: 'post', postId: post(5) } },
      ],
    },
  ] as never,
});

const apply = (desk: RunningDesk, id: string, reportVersion: string, note: string | null = null) =>
  desk.call(applyCampaignPlan, { path: { campaignId: id }, body: { reportVersion, note } });

const Problem = z.object({ code: z.string() });
const Spending = z.object({ pace: z.object({ planned: z.object({ posts: z.int() }) }) });
const report = async (desk: RunningDesk, id: string) =>
  (await desk.ask(getLaunchReport, LaunchReport, { path: { campaignId: id } })).body;

describe('a newer plan of a running campaign', () => {
  test('leaves all slots unchanged until it is applied', async () => {
    const desk = runningDesk();
    const id = await running(desk, planOf(four), known);
    const before = await desk.slots(id);
    expect((await desk.replan(id, changedPlan)).status).toBe(200);
    await desk.check(id);
    expect(await desk.slots(id)).toEqual(before);
    expect(await desk.campaign(id)).toMatchObject({ status: 'running', planVersion: 2, appliedPlanVersion: 1 });
  });

  test('is listed in the launch report by the slots that it adds, replaces, moves and drops', async () => {
    const desk = runningDesk();
    const id = await running(desk, planOf(four), known);
    await desk.replan(id, changedPlan);
    await desk.check(id);
    const { change, canLaunch, blockers } = await report(desk, id);
    expect({ canLaunch, blockers }).toEqual({ canLaunch: true, blockers: [] });
    expect(change?.counts).toEqual({ added: 1, replaced: 1, moved: 1, dropped: 1, left_alone: 0, kept: 1 });
    expect(change?.slots).toEqual([
      { slotKey: keyOf(300), kind: 'added', publishAt: at(300) },
      { slotKey: keyOf(180), kind: 'replaced', publishAt: at(180) },
      { slotKey: keyOf(60), kind: 'moved', publishAt: at(90) },
      { slotKey: keyOf(120), kind: 'dropped', publishAt: null },
    ]);
  });

  test('moves, drops, replaces and adds slots, and leaves the others as they are', async () => {
    const desk = runningDesk();
    const id = await running(desk, planOf(four), known);
    const before = await desk.slotsByKey(id);
    await desk.replan(id, changedPlan, 'Sales begin later');
    const reportVersion = await desk.check(id);
    desk.clock.pass(60_000);
    expect((await apply(desk, id, reportVersion, 'Go')).status).toBe(202);
    const askedAt = desk.clock.now().toISOString();
    desk.clock.pass(5_000);
    expect(await desk.carryOut(id)).toBe('started');
    expect(await desk.runOn(id)).toBe('finish');

    const slots = await desk.slotsByKey(id);
    expect(slots.get(keyOf(60))).toMatchObject({
      ...{ status: 'planned', publishAt: at(90), plannedBy: 2, planVersion: 2, askedAt },
      reasons: [{ kind: 'fixed' }, { kind: 'moved_by_edit' }],
    });
    expect(slots.get(keyOf(180))).toMatchObject({ postId: post(5), status: 'planned', plannedBy: 2, askedAt });
    expect(slots.get(keyOf(240))).toEqual(before.get(keyOf(240)));
    expect(slots.get(keyOf(300))).toMatchObject({ postId: post(6), status: 'planned', plannedBy: 2, planVersion: 1 });
    expect(slots.has(keyOf(120))).toBe(false);
    const dropped = (await desk.slots(id)).filter(({ letGo }) => letGo);
    expect(dropped.map(({ postId, status, reasons, letGo }) => [postId, status, reasons.at(-1)?.kind, letGo])).toEqual([
      [post(2), 'dropped', 'dropped_by_edit', { at: askedAt, why: 'replanned' }],
      [post(3), 'dropped', 'fixed', { at: askedAt, why: 'replanned' }],
    ]);
    expect(await desk.campaign(id)).toMatchObject({
      ...{ status: 'running', run: 2, appliedPlanVersion: 2 },
      launch: { kind: 'change', done: 4, total: 4, failure: null, leftAlone: [] },
    });
    const told = desk.events().map(({ definition }) => definition.type);
    expect(told.filter((type) => type === CampaignPlanApplied.type)).toHaveLength(1);
    const drops = desk.events().filter(({ definition }) => definition.type === CampaignSlotDropped.type);
    expect(drops.map(({ detail }) => detail.data)).toEqual([
      expect.objectContaining({ postId: post(3), why: 'replanned', planVersion: 1, askedAt }),
      expect.objectContaining({ postId: post(2), why: 'replanned', planVersion: 1, askedAt }),
    ]);
  });

  test('counts in the pace of the campaign instead of the plan before it', async () => {
    const desk = runningDesk();
    const id = await running(desk, planOf(four), known);
    await desk.replan(id, changedPlan);
    await apply(desk, id, await desk.check(id));
    expect(await desk.carryOut(id)).toBe('started');
    expect(await desk.runOn(id)).toBe('finish');
    desk.clock.set(new Date(at(200)));
    const { body } = await desk.ask(getCampaignSpending, Spending, { path: { campaignId: id } });
    expect(body.pace.planned.posts).toBe(2);
  });

  test('frees the posts that it drops for another campaign', async () => {
    const desk = runningDesk();
    const id = await running(desk, planOf(four), known);
    await desk.replan(id, changedPlan);
    await apply(desk, id, await desk.check(id));
    await desk.carryOut(id);
    const other = await running(desk, planOf([[2, 600]]), []);
    expect((await desk.slots(other)).map(({ postId }) => postId)).toEqual([post(2)]);
  });

  test('is rejected if it is already applied, or if the launch report is outdated', async () => {
    const desk = runningDesk();
    const id = await running(desk, planOf(four), known);
    const { report: launched } = await desk.campaign(id);
    const again = await apply(desk, id, launched?.version ?? '');
    expect([again.status, Problem.parse(again.body).code]).toEqual([409, 'plan_applied']);
    const seen = await desk.check(id);
    await desk.replan(id, changedPlan);
    const unseen = await apply(desk, id, seen);
    expect([unseen.status, Problem.parse(unseen.body).code]).toEqual([409, 'launch_report_outdated']);
  });

  test('cannot be replaced or applied again while it is being applied', async () => {
    const desk = runningDesk();
    const id = await running(desk, planOf(four), known);
    await desk.replan(id, changedPlan);
    const seen = await desk.check(id);
    await apply(desk, id, seen);
    for (const answer of [await desk.replan(id, planOf(four)), await apply(desk, id, seen)]) {
      expect([answer.status, Problem.parse(answer.body).code]).toEqual([409, 'campaign_changing']);
    }
  });

  test('changes no slot at all if another campaign claims one of its posts first', async () => {
    const desk = runningDesk();
    const id = await running(desk, planOf(four), known);
    await desk.replan(id, changedPlan);
    const seen = await desk.check(id);
    const before = await desk.slots(id);
    await apply(desk, id, seen);
    const number = (await desk.campaign(id)).launch?.number ?? 0;
    // Another campaign claims a post between the check and the claim.
    const other = await desk.draft(planOf([[6, 900]]), []);
    await desk.launch(other, await desk.check(other));
    const outcome = await desk.carryOut(other);
    expect(outcome).toBe('started');
    expect(await desk.carryOut(id)).toBe('refused');
    expect(await desk.slots(id)).toEqual(before);
    expect(await desk.campaign(id)).toMatchObject({
      ...{ status: 'running', appliedPlanVersion: 1 },
      launch: { number, failure: { code: 'launch_blocked' } },
    });
  });

  test('releases its claims when it is abandoned', async () => {
    const desk = runningDesk();
    const id = await running(desk, planOf(four), known);
    await desk.replan(id, changedPlan);
    const before = await desk.slots(id);
    await apply(desk, id, await desk.check(id));
    expect(await desk.carryOut(id, { upTo: 'claims' })).toBe('claimed');
    expect((await desk.slots(id)).filter(({ status }) => status === 'claimed')).toHaveLength(2);
    // A run does not plan slots that are only claimed.
    await desk.runOn(id);
    expect((await desk.slots(id)).filter(({ status }) => status === 'claimed')).toHaveLength(2);
    const { launch, workspaceId } = await desk.campaign(id);
    const onLaunch = { workspaceId, campaignId: id, number: launch?.number };
    await desk.run('campaigns.abandonLaunch', { ...onLaunch, code: 'launch_failed', reason: 'It broke off.' });
    expect(await desk.slots(id)).toEqual(before);
    expect((await desk.deps.posts.find(workspaceId, post(5)))?.taken?.letGoAt).toEqual(desk.clock.now().toISOString());
    const drops = desk.events().filter(({ definition }) => definition.type === CampaignSlotDropped.type);
    expect(drops.map(({ detail }) => (detail.data as { postId: string }).postId).sort()).toEqual([post(5), post(6)]);
  });

  test('continues after an interruption, and repeating a step changes nothing', async () => {
    const desk = runningDesk();
    const id = await running(desk, planOf(four), known);
    await desk.replan(id, changedPlan);
    await apply(desk, id, await desk.check(id));
    await desk.carryOut(id, { upTo: 'claims' });
    const { launch, workspaceId } = await desk.campaign(id);
    const onLaunch = { workspaceId, campaignId: id, number: launch?.number };
    await desk.run('campaigns.claimPart', { ...onLaunch, part: 0 });
    // The step is carried out twice before `start` runs.
    const [first] = await desk.slots(id);
    const campaign = await desk.campaign(id);
    const { carryOut } = await import('#functions/campaigns/applying/carry-out.ts');
    if (!campaign.launch || !first) throw new Error('nothing to carry out');
    await carryOut(desk.deps, campaign, campaign.launch, { actor: first.changedBy, correlationId: 'x' });
    const halfway = await desk.slots(id);
    await carryOut(desk.deps, campaign, campaign.launch, { actor: first.changedBy, correlationId: 'x' });
    expect(await desk.slots(id)).toEqual(halfway);
    expect(await desk.run('campaigns.start', onLaunch)).toEqual({ outcome: 'started' });
    expect(await desk.run('campaigns.start', onLaunch)).toEqual({ outcome: 'ended' });
  });

  test('can be applied again after an interrupted attempt has timed out, which leaves no claims behind', async () => {
    const desk = runningDesk();
    const id = await running(desk, planOf(four), known);
    await desk.replan(id, changedPlan);
    await apply(desk, id, await desk.check(id));
    await desk.carryOut(id, { upTo: 'claims' });
    desk.clock.pass(121_000);
    const { report: seen } = await desk.campaign(id);
    expect((await apply(desk, id, seen?.version ?? '')).status).toBe(202);
    expect(await desk.carryOut(id)).toBe('started');
    const slots = await desk.slots(id);
    expect(slots.filter(({ status }) => status === 'claimed')).toEqual([]);
    expect(slots.filter(({ letGo }) => !letGo).map(({ postId }) => postId)).toEqual([1, 5, 4, 6].map(post));
  });

  test('leaves published slots and those about to be published alone, and reports them', async () => {
    const desk = runningDesk();
    const id = await running(desk, planOf(four), known);
    const slots = await desk.slots(id);
    desk.clock.set(at(60));
    const [first] = slots;
    if (!first) throw new Error('no slot');
    await desk.published(first);
    // The second is due within a minute.
    desk.clock.set(at(119.5));
    const before = await desk.slots(id);
    await desk.replan(
      id,
      planOf(
        four,
        track({
          overrides: [
            moved(60, '2026-12-02T10:00'),
            { original: at(120), isDropped: true },
            moved(240, '2026-12-01T20:00'),
          ],
        }),
      ),
    );
    const reportVersion = await desk.check(id);
    expect((await report(desk, id)).change).toMatchObject({
      counts: { moved: 1, dropped: 0, left_alone: 2 },
      leftAlone: [
        { slotKey: keyOf(60), why: 'published' },
        { slotKey: keyOf(120), why: 'being_published' },
      ],
    });
    await apply(desk, id, reportVersion);
    expect(await desk.carryOut(id)).toBe('started');
    const after = await desk.slotsByKey(id);
    for (const minutes of [60, 120, 180]) {
      expect(after.get(keyOf(minutes))).toEqual(before.find(({ slotKey }) => slotKey === keyOf(minutes)));
    }
    expect(after.get(keyOf(240))?.publishAt).toBe('2026-12-01T19:00:00.000Z');
    expect((await desk.campaign(id)).launch?.leftAlone.map(({ slotKey }) => slotKey)).toEqual([keyOf(60), keyOf(120)]);
  });

  test('does not add a second slot for a post that is already being published under another key', async () => {
    const desk = runningDesk();
    const id = await running(desk, planOf(four), known);
    desk.clock.set(at(59.5));
    await desk.replan(
      id,
      planOf([
        [2, 120],
        [3, 180],
        [4, 240],
        [1, 300],
      ]),
    );
    await apply(desk, id, await desk.check(id));
    expect(await desk.carryOut(id)).toBe('started');
    const slots = await desk.slots(id);
    expect(slots.filter(({ postId }) => postId === post(1)).map(({ slotKey }) => slotKey)).toEqual([keyOf(60)]);
    expect((await desk.campaign(id)).launch?.leftAlone).toContainEqual({ slotKey: keyOf(300), why: 'being_published' });
  });

  test('publishes past slots late or skips them, as its catch-up policy says', async () => {
    for (const [catchUp, publishAt] of [
      [{ kind: 'publish_late', withinMinutes: 60 }, at(30)],
      [{ kind: 'skip' }, null],
    ] as const) {
      const desk = runningDesk();
      const id = await running(desk, planOf(four), known);
      desk.clock.set(at(30));
      await desk.replan(id, planOf([[5, 10], ...four], { policies: { catchUp } }));
      const reportVersion = await desk.check(id);
      expect((await report(desk, id)).change?.backfill).toEqual([{ slotKey: keyOf(10), dueAt: at(10), publishAt }]);
      desk.clock.pass(1_000);
      await apply(desk, id, reportVersion);
      expect(await desk.carryOut(id)).toBe('started');
      const slot = (await desk.slotsByKey(id)).get(keyOf(10));
      expect(slot?.publishAt).toBe(publishAt === null ? undefined : '2026-12-01T12:30:01.000Z');
    }
  });

  test('can be applied while the campaign is paused: the campaign stays paused and new slots stay open', async () => {
    const desk = runningDesk();
    const id = await running(desk, planOf(four), known);
    await desk.call(pauseCampaign, { path: { campaignId: id } });
    await desk.replan(id, changedPlan);
    await apply(desk, id, await desk.check(id));
    expect(await desk.carryOut(id)).toBe('started');
    expect(await desk.runOn(id)).toBe('ended');
    expect((await desk.campaign(id)).status).toBe('paused');
    expect((await desk.slotsByKey(id)).get(keyOf(300))?.status).toBe('open');
  });

  test('can still be applied with the same launch report after other posts were published', async () => {
    const desk = runningDesk();
    const id = await running(desk, planOf(four), known);
    await desk.replan(id, planOf([...four, [6, 300]]));
    const reportVersion = await desk.check(id);
    desk.clock.set(at(60));
    const [first] = await desk.slots(id);
    if (!first) throw new Error('no slot');
    await desk.published(first);
    await apply(desk, id, reportVersion);
    expect(await desk.carryOut(id)).toBe('started');
  });

  test('is blocked by missing approvals of posts that it adds, but not of posts that it keeps', async () => {
    const desk = runningDesk();
    const id = await running(desk, planOf(four), known);
    desk.facts.set(post(4), { approval: 'none' });
    await desk.replan(id, planOf([...four, [6, 300]]));
    await desk.check(id);
    expect(await report(desk, id)).toMatchObject({ canLaunch: true, warnings: [{ code: 'approval_missing' }] });
    desk.facts.set(post(6), { approval: 'none' });
    await desk.check(id);
    expect(await report(desk, id)).toMatchObject({ canLaunch: false, blockers: [{ code: 'approval_missing' }] });
  });

  test('keeps the campaign from completing until it is carried out', async () => {
    const desk = runningDesk();
    const id = await running(desk, planOf([[1, 60]]), known);
    await desk.replan(
      id,
      planOf([
        [1, 60],
        [6, 300],
      ]),
    );
    await apply(desk, id, await desk.check(id));
    const [only] = await desk.slots(id);
    if (!only) throw new Error('no slot');
    await desk.published(only);
    const { workspaceId, run } = await desk.campaign(id);
    expect(await desk.run('campaigns.finish', { workspaceId, campaignId: id, run })).toMatchObject({
      outcome: 'pending',
    });
    expect(await desk.carryOut(id)).toBe('started');
    expect(await desk.runOn(id)).toBe('finish');
  });

  test('does not count dropped slots in the result of the campaign', async () => {
    const desk = runningDesk();
    const id = await running(
      desk,
      planOf([
        [1, 60],
        [2, 120],
      ]),
      known,
    );
    await desk.replan(id, planOf([[1, 60]]));
    await apply(desk, id, await desk.check(id));
    await desk.carryOut(id);
    const [only] = await desk.slots(id);
    if (!only) throw new Error('no slot');
    await desk.published(only);
    const { workspaceId, run } = await desk.campaign(id);
    await desk.run('campaigns.finish', { workspaceId, campaignId: id, run });
    expect((await desk.campaign(id)).result).toEqual({ published: 1, notPublished: 0 });
  });

  test('denies permits to posts that it dropped, unless they have been scheduled again since', async () => {
    const desk = runningDesk();
    const id = await running(desk, planOf(four), known);
    await desk.replan(id, planOf(four.slice(1)));
    await apply(desk, id, await desk.check(id));
    await desk.carryOut(id);
    const { workspaceId } = await desk.campaign(id);
    const permit = (place: number, timeSetAt: string | null = null) =>
      desk.run('campaigns.permit', { workspaceId, campaignId: id, postId: post(place), timeSetAt });
    expect(await permit(1)).toEqual({ outcome: 'cancelled' });
    expect(await permit(1, at(1))).toMatchObject({ outcome: 'permitted' });
    expect(await permit(2)).toMatchObject({ outcome: 'permitted' });
  });

  test('does not release a slot that is held for another reason', async () => {
    const desk = runningDesk();
    const id = await running(desk, planOf(four), known);
    const slot = (await desk.slots(id))[3];
    if (!slot) throw new Error('no slot');
    await desk.deps.slots.save(
      { ...slot, status: 'held', heldFor: 'account_suspended' },
      {
        actor: { type: 'system', id: 'posts' },
        correlationId: 'x',
      },
    );
    await desk.replan(id, changedPlan);
    desk.clock.pass(1_000);
    await apply(desk, id, await desk.check(id));
    await desk.carryOut(id);
    await desk.runOn(id);
    expect((await desk.slotsByKey(id)).get(keyOf(240))).toMatchObject({ status: 'held', heldFor: 'account_suspended' });
  });
});

test('the plans of these tests begin at noon', () => {
  expect(at(0)).toBe(noon.toISOString());
});
