import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changeOf } from '#functions/campaigns/applying/change-of.ts';
import { applyCampaignPlan } from '#functions/campaigns/applying/contract.ts';
import { type Campaign, newDraft } from '#functions/campaigns/domain/campaign.ts';
import { Plan } from '#functions/campaigns/domain/plan.ts';
import { type Slot, slotOf, SlotStatus } from '#functions/campaigns/domain/slot.ts';
import type { PlanContext } from '#functions/campaigns/plan-expansion/context.ts';
import { expandPlan } from '#functions/campaigns/plan-expansion/expand-plan.ts';
import { minuteMs } from '#shared/time.ts';
import { person } from '#test/support/context-harness.ts';
import { owner } from '#test/support/http-event.ts';
import { account, at, planOf, post, running, runningDesk } from '../running-desk.ts';

/** Plans of some of the posts 1 to 12, each at its own quarter of an hour. */
const postsOf = fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 8 });
const plans = postsOf.chain((places) =>
  fc
    .uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: places.length, maxLength: places.length })
    .map((quarters) =>
      quarters
        .toSorted((one, other) => one - other)
        .map((quarter, place) => [places[place] ?? 1, quarter * 15] as [number, number]),
    ),
);

const context: PlanContext = {
  queues: [],
  taken: [],
  accountOfPost: new Map(Array.from({ length: 20 }, (_, place) => [post(place), account])),
  requiredValues: new Map(),
};
const expand = (slots: readonly (readonly [number, number])[]) => expandPlan(Plan.parse(planOf(slots)), context);

const campaignOf = (changes: Partial<Campaign>): Campaign => ({
  ...newDraft({
    ...{ id: `cmp_${'0'.repeat(26)}`, workspaceId: owner.workspaceId, timeZone: 'Europe/Berlin', isTemplate: false },
    ...{ name: 'Any', brief: null, tags: [], ownerId: null, goals: [], budget: null, utm: null },
  }),
  ...{ version: 1, createdAt: at(0), updatedAt: at(0), changedBy: person.actor, correlationId: 'any' },
  ...{ status: 'running' as const, planVersion: 2, appliedPlanVersion: 1 },
  ...changes,
});

const statuses = fc.constantFrom(...SlotStatus.options.filter((status) => status !== 'claimed'));

/** The slots of a plan with these statuses. */
const slotsAt = (plan: readonly (readonly [number, number])[], progress: readonly Slot['status'][]): Slot[] =>
  expand(plan).slots.map((planned, place) => {
    const postId = planned.content.kind === 'post' ? planned.content.postId : '';
    const launch = { number: 1, requestedAt: at(0), kind: 'launch' as const };
    const made = slotOf(campaignOf({ planVersion: 1 }), { ...planned, postId, costMicros: 0, trial: null }, launch);
    const written = { version: 2, createdAt: at(0), updatedAt: at(0), changedBy: person.actor, correlationId: 'any' };
    return { ...made, ...written, status: progress[place] ?? 'open', planVersion: 1, plannedInRun: 1 };
  });

describe('a new plan applied to a running campaign at any progress', () => {
  test('leaves published, in-flight and settled slots alone and makes every other slot match the plan', () => {
    fc.assert(
      fc.property(
        plans,
        plans,
        fc.array(statuses, { minLength: 8, maxLength: 8 }),
        fc.integer({ min: 0, max: 600 }),
        fc.boolean(),
        (before, after, progress, minutes, isPaused) => {
          const now = new Date(at(minutes));
          const slots = slotsAt(before, progress);
          const step = { version: 1, transition: 'pause', from: 'running' as const, to: 'paused' as const };
          const campaign = campaignOf(
            isPaused ? { status: 'paused', lastStep: { ...step, at: at(minutes), by: 'usr', note: null } } : {},
          );
          const sending = new Set(slots.slice(0, 2).map(({ postId }) => postId));
          const expanded = expand(after);
          const changes = changeOf({
            ...{ campaign, plan: Plan.parse(planOf(after)), expanded, before: expand(before), slots },
            ...{ sending, taken: [], now },
          });
          const isOut = ({ status, postId, publishAt }: Slot): boolean =>
            !['open', 'held', 'planned'].includes(status) ||
            sending.has(postId) ||
            (status === 'planned' && Date.parse(publishAt) < now.getTime() + (isPaused ? 0 : minuteMs));
          const byKey = new Map(changes.map((change) => [change.slotKey, change]));
          expect(byKey.size).toBe(changes.length);
          for (const slot of slots.filter(isOut)) {
            const change = byKey.get(slot.slotKey)?.change;
            expect([undefined, 'left_alone']).toContain(change);
          }
          // No post twice: neither among the changes, nor alongside what is published.
          const going = changes.filter(({ change }) => !['dropped', 'left_alone'].includes(change));
          const posts = going.map(({ content }) => (content.kind === 'post' ? content.postId : ''));
          expect(new Set(posts).size).toBe(posts.length);
          const out = new Set(
            slots.filter((slot) => isOut(slot) && slot.status !== 'dropped').map(({ postId }) => postId),
          );
          expect(posts.filter((postId) => out.has(postId))).toEqual([]);
          // All others as the plan says.
          for (const slot of slots.filter((each) => !isOut(each))) {
            const wanted = expanded.slots.find(({ slotKey }) => slotKey === slot.slotKey);
            const change = byKey.get(slot.slotKey);
            if (!wanted) expect(change?.change).toBe('dropped');
            else if (wanted.content.kind === 'post' && wanted.content.postId === slot.postId)
              expect(change).toMatchObject({ change: 'kept', publishAt: slot.publishAt });
            // Replaced by another post, unless that is already published or the time is past.
            else expect(['replaced', 'dropped']).toContain(change?.change);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test('is carried out without changing published slots, and the remaining slots end up as planned', async () => {
    await fc.assert(
      fc.asyncProperty(plans, plans, fc.integer({ min: 0, max: 640 }), async (before, after, minutes) => {
        const desk = runningDesk();
        const id = await running(
          desk,
          planOf(before),
          Array.from({ length: 12 }, (_, place) => place + 1),
        );
        desk.clock.set(at(minutes));
        for (const slot of await desk.slots(id)) {
          if (Date.parse(slot.publishAt) <= desk.clock.now().getTime()) await desk.published(slot);
        }
        // Published, or due too soon to be stopped.
        const soon = minutes + 1;
        const out = (await desk.slots(id)).filter(({ publishAt }) => Date.parse(publishAt) <= Date.parse(at(soon)));
        await desk.replan(id, planOf(after));
        // A slot that comes due between check and apply makes the report outdated, so the plan is checked again.
        let outcome = '';
        for (let tries = 0; tries < 3 && outcome !== 'started'; tries += 1) {
          const reportVersion = await desk.check(id);
          desk.clock.pass(1_000);
          const { status } = await desk.call(applyCampaignPlan, { path: { campaignId: id }, body: { reportVersion } });
          expect(status).toBe(202);
          outcome = await desk.carryOut(id);
        }
        expect(outcome).toBe('started');
        await desk.runOn(id);
        const slots = await desk.slots(id);
        for (const slot of out) expect(slots.find((each) => each.id === slot.id)).toEqual(slot);
        expect(slots.filter(({ status: now }) => now === 'claimed')).toEqual([]);
        const outIds = new Set(out.map((slot) => slot.id));
        const going = slots.filter(
          ({ id: slotId, status: now }) => (now === 'planned' || now === 'open') && !outIds.has(slotId),
        );
        const outPosts = new Set(out.map(({ postId }) => postId));
        expect(going.filter(({ postId }) => outPosts.has(postId))).toEqual([]);
        const kept = after.filter(
          ([place, minute]) =>
            minute > soon && !outPosts.has(post(place)) && !out.some(({ plannedFor }) => plannedFor === at(minute)),
        );
        const isLater = ({ publishAt }: Slot): boolean => Date.parse(publishAt) > Date.parse(at(soon));
        expect(going.filter(isLater).map(({ postId, publishAt }) => [postId, publishAt])).toEqual(
          kept.map(([place, minute]) => [post(place), at(minute)]),
        );
      }),
      { numRuns: 60 },
    );
  });
});
