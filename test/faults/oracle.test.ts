import { describe, expect, test } from 'vitest';
import type { PostOnX } from '#infra/local/marketer.ts';
import { compare, Tally } from './oracle.ts';

const post = (id: string, rawText: string, replyTo?: string): PostOnX => ({
  id,
  rawText,
  createdAt: '2026-09-01T12:00:00.000Z',
  replyTo,
  media: [],
});
const nothing = { lost: [], doubled: [], outOfOrder: [] };
const thread = [['one', 'two', 'three']];
const whole = [post('1', 'one'), post('2', 'two', '1'), post('3', 'three', '2')];

describe('the oracle', () => {
  test('reports no difference when X shows exactly what was requested, in any listing order', () => {
    expect(compare([['plain'], ...thread], [...whole.toReversed(), post('9', 'plain')])).toEqual(nothing);
  });

  test('reports the parts that are missing from X as lost', () => {
    expect(compare(thread, whole.slice(0, 2))).toEqual({ ...nothing, lost: ['three'] });
    expect(compare([['plain']], [])).toEqual({ ...nothing, lost: ['plain'] });
  });

  test('reports duplicates, and posts that nobody requested, as doubled', () => {
    expect(compare([['plain']], [post('1', 'plain'), post('2', 'plain')])).toEqual({ ...nothing, doubled: ['plain'] });
    expect(compare(thread, [...whole, post('4', 'two', '1')])).toEqual({ ...nothing, doubled: ['two'] });
    expect(compare([], [post('1', 'stray')])).toEqual({ ...nothing, doubled: ['stray'] });
  });

  test('reports parts that reply to the wrong post as out of order', () => {
    const crossed = [post('1', 'one'), post('2', 'three', '1'), post('3', 'two', '2')];
    expect(compare(thread, crossed).outOfOrder).toEqual(['two', 'three']);
    expect(compare([['plain']], [post('2', 'plain', '1')]).outOfOrder).toEqual(['plain']);
    expect(compare(thread, [post('1', 'one'), post('2', 'two'), post('3', 'three', '2')]).outOfOrder).toEqual(['two']);
  });

  test('sums scenarios and differences in its summary line', () => {
    const tally = new Tally();
    tally.count(nothing);
    expect(tally.line()).toBe('faults: 1 scenarios, 0 lost, 0 doubled');
    tally.count({ lost: ['a'], doubled: ['b', 'c'], outOfOrder: ['d'] });
    expect(tally.line()).toBe('faults: 2 scenarios, 1 lost, 2 doubled, 1 out of order');
  });
});
