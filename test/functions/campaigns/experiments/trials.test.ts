import { describe, expect, test } from 'vitest';
import type { VariantContent } from '#functions/campaigns/domain/experiment.ts';
import type { Plan } from '#functions/campaigns/domain/plan.ts';
import { type TrialSlot, withTrials } from '#functions/campaigns/experiments/trials.ts';
import type { PlanContext } from '#functions/campaigns/plan-expansion/context.ts';
import { expandPlan } from '#functions/campaigns/plan-expansion/expand-plan.ts';
import { editPlan } from '#functions/campaigns/planning/edit-plan.ts';
import {
  account,
  context,
  plan,
  posts,
  refusal,
  rows,
  rule,
  track,
  type TrackInput,
} from '../plan-expansion/sample.ts';
import { experiment, threeVariants } from './simulated.ts';

/** Tips of a fortnight, at nine on weekdays: five blocks of two. */
const weekdays = rule('FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;COUNT=10');
const tips = (changes: TrackInput = {}): Plan => plan({ tracks: [track({ times: weekdays, ...changes })] });

const b = (content: VariantContent['content'] = rows(5, 100)): VariantContent => ({ variant: 'b', content });

const drawn = (
  of: Plan,
  contents: VariantContent[] = [b()],
  { known = context, seed = 'seed', of: changes = {} }: { known?: PlanContext; seed?: string; of?: object } = {},
): TrialSlot[] =>
  withTrials(
    of,
    expandPlan(of, known).slots,
    { experiment: { ...experiment({ seed, ...changes }), trackId: 'tips' }, contents },
    known,
  );

const variantsOf = (slots: readonly TrialSlot[]): (string | undefined)[] => slots.map(({ trial }) => trial?.variant);
const tipsOf = (slots: readonly TrialSlot[]): unknown[] =>
  slots.map(({ content }) => (content.kind === 'template' ? content.values['tip'] : content.postId));

describe('the slots of an experiment', () => {
  test('form pairs with one slot of each variant, and are the same whenever they are drawn', () => {
    const slots = drawn(tips());
    expect(slots).toEqual(drawn(tips()));
    const blocks = Map.groupBy(slots, ({ trial }) => trial?.block);
    expect(blocks.size).toBe(5);
    for (const own of blocks.values()) expect(variantsOf(own).sort()).toEqual(['a', 'b']);
    expect(slots[0]?.trial).toMatchObject({ block: slots[0]?.slotKey, weekdayClass: 'weekday', hourBand: 2 });
  });

  test('are drawn differently with another seed', () => {
    const seeds = Array.from({ length: 8 }, (_, place) => `seed ${place}`);
    expect(new Set(seeds.map((seed) => variantsOf(drawn(tips(), [b()], { seed })).join(''))).size).toBeGreaterThan(1);
  });

  test('publish the content of their variant in order; those of the control keep the content of the plan', () => {
    const slots = drawn(tips());
    const ofB = slots.filter(({ trial }) => trial?.variant === 'b');
    expect(tipsOf(ofB)).toEqual(['Tip 100', 'Tip 101', 'Tip 102', 'Tip 103', 'Tip 104']);
    const plain = expandPlan(tips(), context).slots;
    const others = slots.filter(({ trial }) => trial?.variant === 'a');
    expect(others).toHaveLength(5);
    for (const slot of others) expect(slot).toMatchObject(plain.find(({ slotKey }) => slotKey === slot.slotKey) ?? {});
  });

  test('publish the control, outside the trial, if they fill no block', () => {
    const slots = drawn(tips({ times: rule('FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;COUNT=9') }), [b(rows(4, 100))]);
    expect(variantsOf(slots).filter((variant) => variant === undefined)).toHaveLength(1);
    expect(slots.at(-1)).toMatchObject({ trial: null, content: { values: { tip: 'Tip 8' } } });
  });

  test('are only those of its track, including what was split off from it', () => {
    const two = plan({
      tracks: [
        track({ times: weekdays }),
        track({ id: 'news', content: rows(3, 50), times: rule('FREQ=DAILY;COUNT=3') }),
      ],
    });
    expect(drawn(two).filter(({ trial }) => trial)).toHaveLength(10);
    const [, , third] = expandPlan(tips(), context).slots;
    const original = third?.slotKey.split('@')[1] ?? '';
    const change = { kind: 'move' as const, wallTime: `${original.slice(0, 10)}T10:00` };
    const split = editPlan(tips(), { trackId: 'tips', original, scope: 'this_and_following', change }, 'track-2');
    expect(split.tracks).toHaveLength(2);
    expect(drawn(split).map(({ trial }) => trial !== null)).toEqual(drawn(tips()).map(({ trial }) => trial !== null));
  });

  test('of several accounts get posts of their own account', () => {
    const of = tips({
      accountIds: [account(1), account(2)],
      content: posts(1, 11, 2, 12),
      times: rule('FREQ=WEEKLY;BYDAY=MO,TU,WE,TH;COUNT=4'),
    });
    const slots = drawn(of, [b(posts(13, 14, 3))]);
    const ofB = slots.filter(({ trial }) => trial?.variant === 'b');
    expect(ofB.map(({ accountId }) => accountId).sort()).toEqual([account(1), account(2)]);
    for (const { accountId, content } of ofB) {
      const postId = content.kind === 'post' ? content.postId : '';
      expect(context.accountOfPost.get(postId)).toBe(accountId);
    }
  });
});

describe('an experiment that does not fit the plan is rejected by field', () => {
  const refused = (of: Plan, contents: VariantContent[], changes: object = {}) =>
    refusal(() => drawn(of, contents, { of: changes }));

  test('for a track that the plan lacks', () => {
    const other = plan({ tracks: [track({ id: 'other', times: weekdays })] });
    expect(refused(other, [b()])).toMatchObject([{ path: 'trackId', code: 'track_not_found' }]);
  });

  test('for a variant without content, content for the control, and content given twice', () => {
    expect(refused(tips(), [b()], { variants: threeVariants })).toMatchObject([
      { path: 'contents', code: 'missing_content' },
    ]);
    expect(refused(tips(), [b(), { variant: 'a', content: rows(5, 200) }])).toMatchObject([
      { path: 'contents.1.variant', code: 'unknown_variant' },
    ]);
    expect(refused(tips(), [b(), b(rows(5, 200))])).toMatchObject([
      { path: 'contents.1.variant', code: 'repeated_variant' },
    ]);
  });

  test('for too little content, in total or for one account', () => {
    expect(refused(tips(), [b(rows(4, 100))])).toMatchObject([
      { path: 'contents.0.content.values', code: 'too_little_content' },
    ]);
    const of = tips({
      content: posts(1, 2, 3, 4),
      accountIds: [account(1), account(2)],
      times: rule('FREQ=WEEKLY;BYDAY=MO,TU,WE,TH;COUNT=4'),
    });
    expect(refused(of, [b(posts(11, 12, 13))])).toMatchObject([
      { path: 'contents.0.content.postIds', code: 'too_little_content' },
    ]);
  });

  test('for content that is unknown, incomplete, already in the plan or of another account', () => {
    const values: Record<string, string>[] = [{ tip: 'Tip 100' }, {}, { tip: 'Tip 0' }, { tip: 'x' }, { tip: 'y' }];
    const bad = { ...rows(5, 100), values };
    expect(refused(tips(), [b(bad)])).toMatchObject([
      { path: 'contents.0.content.values.1.tip', code: 'missing_value' },
      { path: 'contents.0.content.values.2', code: 'repeated_content' },
    ]);
    expect(refused(tips(), [b(posts(99, 1, 2, 3, 11))])).toMatchObject([
      { path: 'contents.0.content.postIds.0', code: 'post_not_found' },
      { path: 'contents.0.content.postIds.4', code: 'account_not_in_track' },
    ]);
  });
});
