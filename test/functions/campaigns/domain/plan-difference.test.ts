import { describe, expect, test } from 'vitest';
import { differenceOf, outlineOf } from '#functions/campaigns/domain/plan-difference.ts';
import type { SavedPlan } from '#functions/campaigns/domain/plan-version.ts';
import { expand, plan, posts, rows, rule, track, type TrackInput } from '../plan-expansion/sample.ts';

const saved = (changes: TrackInput = {}, others: Parameters<typeof plan>[0] = {}): SavedPlan => {
  const all = { tracks: [track(changes)], ...others };
  return { plan: plan(all), outline: outlineOf(expand(all).slots) };
};
const nothing = { added: 0, moved: 0, dropped: 0, content_replaced: 0 };

describe('the difference between two versions of a plan', () => {
  test('shows every slot of the first version as added, in order of time', () => {
    const { counts, slots, settings } = differenceOf(undefined, saved());
    expect(counts).toEqual({ ...nothing, added: 3 });
    expect(slots.map(({ kind, before, after }) => [kind, before, after?.slice(0, 10)])).toEqual([
      ['added', null, '2026-12-01'],
      ['added', null, '2026-12-02'],
      ['added', null, '2026-12-03'],
    ]);
    expect(settings).toEqual([]);
  });

  test('is empty if nothing changed', () => {
    const same = saved({ content: { ...rows(10), values: rows(10).values.map((each) => ({ ...each })) } });
    expect(differenceOf(saved(), same)).toEqual({ counts: nothing, slots: [], settings: [] });
  });

  test('names the slots that were moved, dropped, added and replaced', () => {
    const original = (day: number) => `2026-12-0${day}T09:00`;
    const after = saved({
      times: rule('FREQ=DAILY;COUNT=4'),
      overrides: [
        { original: original(1), wallTime: '2026-12-01T10:00' },
        { original: original(2), isDropped: true },
        { original: original(3), content: { kind: 'post', postId: posts(5).postIds[0] ?? '' } },
      ],
    });
    const { counts, slots } = differenceOf(saved(), after);
    expect(counts).toEqual({ added: 1, moved: 1, dropped: 1, content_replaced: 1 });
    expect(slots.map(({ kind, before, after: now }) => [kind, before?.slice(0, 13), now?.slice(0, 13)])).toEqual([
      ['moved', '2026-12-01T08', '2026-12-01T09'],
      ['dropped', '2026-12-02T08', undefined],
      ['content_replaced', '2026-12-03T08', '2026-12-03T08'],
      ['added', undefined, '2026-12-04T08'],
    ]);
  });

  test('counts a slot with a new time and new content as both moved and replaced', () => {
    const override = { original: '2026-12-01T09:00', wallTime: '2026-12-01T10:00' };
    const content = { kind: 'post' as const, postId: posts(5).postIds[0] ?? '' };
    const { counts, slots } = differenceOf(saved(), saved({ overrides: [{ ...override, content }] }));
    expect(counts).toEqual({ ...nothing, moved: 1, content_replaced: 1 });
    expect(new Set(slots.map(({ slotKey }) => slotKey)).size).toBe(1);
  });

  test('names each setting that changed', () => {
    const after = saved(
      {},
      {
        seed: 'other',
        spacing: { minimumGapMinutes: 3 },
        blackouts: [{ kind: 'days', name: 'Day', from: '2026-12-24', to: '2026-12-24' }],
        policies: { gap: 'skip' },
      },
    );
    expect(differenceOf(saved(), after)).toEqual({
      counts: nothing,
      slots: [],
      settings: ['policies', 'spacing', 'blackouts', 'seed'],
    });
  });

  test('lists at most 100 slots but counts all of them', () => {
    const many = saved({ content: rows(150), times: rule('FREQ=DAILY;COUNT=150') });
    const { counts, slots } = differenceOf(undefined, many);
    expect(counts.added).toBe(150);
    expect(slots).toHaveLength(100);
  });
});
