import { describe, expect, test } from 'vitest';
import { Plan } from '#functions/campaigns/domain/plan.ts';
import { type EditScope, type PlanChange, PlanEdit } from '#functions/campaigns/domain/plan-edit.ts';
import { expandPlan } from '#functions/campaigns/plan-expansion/expand-plan.ts';
import { editPlan } from '#functions/campaigns/planning/edit-plan.ts';
import { context, plan, posts, refusal, rows, rule, track } from '../plan-expansion/sample.ts';

const weekly = { times: rule('FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;COUNT=4'), content: rows(4) };
const third = '2026-12-29T09:00';
const edit = (change: PlanChange, scope: EditScope, original = third, before = plan({ tracks: [track(weekly)] })) =>
  editPlan(before, { trackId: 'tips', original, scope, change }, 'later');
/** Identity, local time and text of each slot. */
const told = (edited: Plan): string[] => {
  expect(Plan.parse(edited)).toEqual(edited);
  return expandPlan(edited, context).slots.map(
    ({ slotKey, wallTime, content }) =>
      `${slotKey} ${wallTime.slice(5)} ${content.kind === 'post' ? content.postId.slice(-1) : String(content.values['tip']).slice(4)}`,
  );
};

describe('one slot', () => {
  test('moves alone and keeps its identity', () => {
    expect(told(edit({ kind: 'move', wallTime: '2026-12-30T18:00' }, 'this'))).toEqual([
      'tips@2026-12-01T09:00 12-01T09:00 0',
      'tips@2026-12-15T09:00 12-15T09:00 1',
      'tips@2026-12-29T09:00 12-30T18:00 2',
      'tips@2027-01-12T09:00 01-12T09:00 3',
    ]);
  });

  test('can be named by its UTC time as that was sent', () => {
    const instants = ['2026-12-01T08:00:00Z', '2026-12-02T08:00:00Z'];
    const before = plan({ tracks: [track({ content: posts(1, 2), times: { kind: 'fixed', instants } })] });
    const drop = { trackId: 'tips', original: instants[1], scope: 'this', change: { kind: 'drop' } };
    expect(told(editPlan(before, PlanEdit.parse(drop), 'later'))).toEqual([
      'tips@2026-12-01T08:00:00.000Z 12-01T09:00 1',
    ]);
  });

  test('is dropped without shifting the content of the others', () => {
    expect(told(edit({ kind: 'drop' }, 'this'))).toEqual([
      'tips@2026-12-01T09:00 12-01T09:00 0',
      'tips@2026-12-15T09:00 12-15T09:00 1',
      'tips@2027-01-12T09:00 01-12T09:00 3',
    ]);
  });

  test('gets other content, also after it was moved', () => {
    const moved = edit({ kind: 'move', wallTime: '2026-12-30T18:00' }, 'this');
    const replaced = edit(
      { kind: 'replace_content', content: { kind: 'post', postId: posts(7).postIds[0] ?? '' } },
      'this',
      third,
      moved,
    );
    expect(told(replaced)[2]).toBe('tips@2026-12-29T09:00 12-30T18:00 7');
    expect(replaced.tracks[0]?.overrides).toHaveLength(1);
  });
});

describe('one slot and those that follow', () => {
  test('move by the same amount, and keep rhythm, identity and content', () => {
    expect(told(edit({ kind: 'move', wallTime: '2026-12-30T18:00' }, 'this_and_following'))).toEqual([
      'tips@2026-12-01T09:00 12-01T09:00 0',
      'tips@2026-12-15T09:00 12-15T09:00 1',
      'tips@2026-12-29T09:00 12-30T18:00 2',
      'tips@2027-01-12T09:00 01-13T18:00 3',
    ]);
  });

  test('are dropped', () => {
    expect(told(edit({ kind: 'drop' }, 'this_and_following'))).toHaveLength(2);
  });

  test('become new slots when their times are replaced', () => {
    const times = rule('FREQ=DAILY;COUNT=2', '2026-12-29T09:00');
    expect(told(edit({ kind: 'replace_times', times }, 'this_and_following'))).toEqual([
      'tips@2026-12-01T09:00 12-01T09:00 0',
      'tips@2026-12-15T09:00 12-15T09:00 1',
      'later@2026-12-29T09:00 12-29T09:00 2',
      'later@2026-12-30T09:00 12-30T09:00 3',
    ]);
  });

  test('get other content', () => {
    const content = posts(1, 2);
    expect(told(edit({ kind: 'replace_track_content', content }, 'this_and_following')).slice(2)).toEqual([
      'tips@2026-12-29T09:00 12-29T09:00 1',
      'tips@2027-01-12T09:00 01-12T09:00 2',
    ]);
  });

  test('keep the overrides of single slots', () => {
    const changed = edit({ kind: 'drop' }, 'this', '2027-01-12T09:00');
    const moved = edit({ kind: 'move', wallTime: '2026-12-29T10:00' }, 'this_and_following', third, changed);
    expect(told(moved)).toHaveLength(3);
    expect(moved.tracks.map(({ overrides }) => overrides.length)).toEqual([0, 1]);
  });

  test('keep the 31st after a February', () => {
    const monthly = plan({
      tracks: [track({ times: rule('FREQ=MONTHLY;COUNT=4', '2027-01-31T09:00'), content: rows(4) })],
    });
    const change = { kind: 'move' as const, wallTime: '2027-02-28T12:00' };
    expect(
      told(edit(change, 'this_and_following', '2027-02-28T09:00', monthly)).map((slot) => slot.slice(22, 33)),
    ).toEqual(['01-31T09:00', '02-28T12:00', '03-31T12:00', '04-30T12:00']);
  });

  test('are the whole track if they begin with its first slot', () => {
    const whole = edit({ kind: 'move', wallTime: '2026-12-01T10:00' }, 'this_and_following', '2026-12-01T09:00');
    expect(whole).toEqual(edit({ kind: 'move', wallTime: '2026-12-01T10:00' }, 'all', '2026-12-01T09:00'));
    expect(whole.tracks).toHaveLength(1);
  });

  test('can be split again', () => {
    const once = edit({ kind: 'move', wallTime: '2026-12-15T10:00' }, 'this_and_following', '2026-12-15T09:00');
    const twice = editPlan(
      once,
      {
        trackId: 'later',
        original: third,
        scope: 'this_and_following',
        change: { kind: 'move', wallTime: '2026-12-29T11:00' },
      },
      'latest',
    );
    expect(told(twice).map((slot) => slot.slice(22))).toEqual(
      ['12-01T09:00 0', '12-15T10:00 1', '12-29T11:00 2', '01-12T11:00 3'], // prettier-ignore
    );
  });
});

describe('all slots', () => {
  test('move by the same local time, except one that was moved by itself', () => {
    const moved = edit({ kind: 'move', wallTime: '2026-12-16T20:00' }, 'this', '2026-12-15T09:00');
    expect(
      told(edit({ kind: 'move', wallTime: '2026-12-29T08:30' }, 'all', third, moved)).map((slot) => slot.slice(22)),
    ).toEqual(
      ['12-01T08:30 0', '12-16T20:00 1', '12-29T08:30 2', '01-12T08:30 3'], // prettier-ignore
    );
  });

  test('of fixed instants move too', () => {
    const fixed = { kind: 'fixed' as const, instants: ['2026-12-01T08:00:30Z', '2026-12-02T08:00:00Z'] };
    const before = plan({ tracks: [track({ times: fixed, content: rows(2) })] });
    const edited = edit({ kind: 'move', wallTime: '2026-12-01T10:00' }, 'all', '2026-12-01T08:00:30.000Z', before);
    expect(told(edited).map((slot) => slot.split(' ')[1])).toEqual(['12-01T10:00:30', '12-02T10:00']);
  });

  test('get other times, and keep their identity where a time stays', () => {
    const times = rule('FREQ=WEEKLY;BYDAY=TU;COUNT=3');
    expect(told(edit({ kind: 'replace_times', times }, 'all')).map((slot) => slot.slice(0, 21))).toEqual(
      ['tips@2026-12-01T09:00', 'tips@2026-12-08T09:00', 'tips@2026-12-15T09:00'], // prettier-ignore
    );
  });

  test('of one part of a split track never take the identity of slots of another part', () => {
    const split = edit({ kind: 'move', wallTime: '2026-12-29T10:00' }, 'this_and_following');
    const change = { kind: 'replace_times' as const, times: weekly.times };
    const edited = editPlan(
      { ...split, tracks: split.tracks.map((each) => (each.id === 'tips' ? { ...each, content: rows(4, 10) } : each)) },
      { trackId: 'tips', original: '2026-12-01T09:00', scope: 'all', change },
      'fresh',
    );
    expect(told(edited).map((slot) => slot.split('@')[0])).toEqual([
      'fresh',
      'fresh',
      'fresh',
      'tips',
      'fresh',
      'tips',
    ]);
  });
});

describe('an edit is refused', () => {
  const spread = { kind: 'spread' as const, from: '2026-12-01T00:00:00Z', to: '2026-12-09T00:00:00Z', count: 2 };
  const ofSpread = plan({ tracks: [track({ times: spread })] });
  test.each<[string, string, () => unknown]>([
    [
      'of a slot that there is not',
      'original slot_not_found',
      () => edit({ kind: 'drop' }, 'this', '2026-12-02T09:00'),
    ],
    ['that leaves no track', 'change no_slot_left', () => edit({ kind: 'drop' }, 'all')],
    [
      'of content for one slot in all',
      'change.kind change_unfit',
      () => edit({ kind: 'replace_content', content: { kind: 'post', postId: '' } }, 'all'),
    ],
    [
      'of times for all in one slot',
      'change.kind change_unfit',
      () => edit({ kind: 'replace_times', times: weekly.times }, 'this'),
    ],
    [
      'that moves too far',
      'change.wallTime moved_too_far',
      () => edit({ kind: 'move', wallTime: '2029-01-01T09:00' }, 'all'),
    ],
    [
      'that splits a spread',
      'scope spread_not_split',
      () => edit({ kind: 'drop' }, 'this_and_following', '0002', ofSpread),
    ],
    [
      'that moves a spread',
      'change.kind change_unfit',
      () => edit({ kind: 'move', wallTime: '2026-12-02T09:00' }, 'all', '0001', ofSpread),
    ],
    [
      'of an unknown zone',
      'timeZone invalid_time_zone',
      () => edit({ kind: 'drop' }, 'this', third, { ...plan(), timeZone: 'Nowhere' }),
    ],
    [
      'of a track that there is not',
      'trackId track_not_found',
      () => editPlan(plan(), { trackId: 'none', original: third, scope: 'this', change: { kind: 'drop' } }, 'later'),
    ],
  ])('%s', (_, expected, run) => {
    expect(refusal(run).map(({ path, code }) => `${path} ${code}`)).toEqual([expected]);
  });
});
