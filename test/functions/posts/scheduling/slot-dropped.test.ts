import * as fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { CampaignSlotDropped, CampaignSlotPlanned } from '#events/campaigns.ts';
import * as scheduling from '#functions/posts/scheduling/contract.ts';
import { instantAfter } from '#shared/time.ts';
import { draft, type Harness, harness, later } from '../harness.ts';
import { noon, workspaceId } from '../samples.ts';

const campaignId = 'cmp_01KATJ9V5H8Q3M4N5P6R7S8T9V';
const slotId = 'slt_01KATJ9V5H8Q3M4N5P6R7S8T9V';
const laterSlotId = 'slt_01KATJ9V5H8Q3M4N5P6R7S8T9Z';
const askedAt = instantAfter(noon, -60_000);
const droppedAt = instantAfter(noon, 10_000);

let context: Harness;
let postId: string;
beforeEach(async () => {
  context = await harness();
  postId = (await draft(context)).id;
});

const planned = (said: object = {}) =>
  context.happened(CampaignSlotPlanned, slotId, 2, {
    ...{ campaignId, slotId, postId, publishAt: later, timeZone: 'Europe/Berlin', planVersion: 1, askedAt },
    ...said,
  });
const dropped = (said: object = {}) =>
  context.happened(CampaignSlotDropped, slotId, 3, {
    ...{ campaignId, slotId, postId, why: 'replanned', planVersion: 1, askedAt: droppedAt },
    ...said,
  });
const post = () => context.deps.posts.get(workspaceId, postId);

describe('a post whose slot is dropped', () => {
  test('is cancelled when the slot had scheduled it', async () => {
    await planned();
    await dropped();
    expect(await post()).toMatchObject({ status: 'cancelled', timeSetAt: droppedAt, nextAttemptAt: null });
  });

  test('keeps a time that a person has set since', async () => {
    await planned();
    context.clock.set(instantAfter(noon, 20_000));
    await context.call(scheduling.schedulePost, { path: { postId }, body: { publishAt: instantAfter(later, 60_000) } });
    await dropped();
    expect(await post()).toMatchObject({ status: 'scheduled', scheduledAt: instantAfter(later, 60_000) });
  });

  test('stays with a later slot that has taken it since', async () => {
    await planned();
    await planned({ slotId: laterSlotId });
    await dropped();
    expect(await post()).toMatchObject({ status: 'scheduled', slot: { slotId: laterSlotId } });
  });

  test('is unchanged when the slot was only claimed', async () => {
    const before = await post();
    await dropped({ planVersion: undefined, askedAt: undefined, why: undefined });
    await dropped({ planVersion: 0 });
    expect(await post()).toEqual(before);
  });

  test('ends up unscheduled, in whatever order and however often the events arrive', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(['first', 'second', 'dropped', 'first', 'second', 'dropped'], { minLength: 6 }),
        async (order) => {
          context = await harness();
          postId = (await draft(context)).id;
          const news = {
            first: () => planned(),
            second: () => planned({ planVersion: 2, publishAt: instantAfter(later, 60_000) }),
            dropped: () => dropped({ planVersion: 2 }),
          };
          for (const each of order) await news[each as keyof typeof news]();
          expect(['draft', 'cancelled']).toContain((await post()).status);
        },
      ),
      { numRuns: 30 },
    );
  });
});
