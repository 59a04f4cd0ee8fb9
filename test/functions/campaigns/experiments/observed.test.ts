import { describe, expect, test } from 'vitest';
import { readingOf, type SlotState } from '#functions/campaigns/experiments/observed.ts';
import { instantAfter } from '#shared/time.ts';
import { after, experiment, published, start } from './simulated.ts';

const of = experiment({ guardMetrics: ['replies'] });
const out = start.toISOString();
const counts = { impressions: 1_200, replies: 3 };
const long = after(24 * 365);

describe('the reading of a slot', () => {
  test('is its count at 72 hours, never an earlier one', () => {
    expect(readingOf(published(out, 72, counts), of, after(72))).toEqual({ at: after(72).getTime(), counts });
    const justEarlier: SlotState = {
      status: 'published',
      publishedAt: out,
      counted: { at: instantAfter(after(72), -1), counts },
    };
    expect(readingOf(justEarlier, of, after(72))).toBe('waiting');
    expect(readingOf(justEarlier, of, long)).toBe('missing');
  });

  test('is waiting while the count is younger than the registered maturity or lies in the future', () => {
    expect(readingOf(published(out, 73, counts), of, after(72))).toBe('waiting');
    const patient = experiment({ maturityHours: 96 });
    expect(readingOf(published(out, 95, counts), patient, after(100))).toBe('waiting');
    expect(readingOf(published(out, 96, counts), patient, after(100))).toMatchObject({ counts });
  });

  test('is waiting while the post is unpublished, or is uncounted but X still counts it', () => {
    expect(readingOf({ status: 'waiting' }, of, long)).toBe('waiting');
    const uncounted: SlotState = { status: 'published', publishedAt: out, counted: null };
    expect(readingOf(uncounted, of, after(30 * 24 - 1))).toBe('waiting');
    expect(readingOf(uncounted, of, after(30 * 24))).toBe('missing');
  });

  test('is missing if the post will not be published, or X does not provide the metric', () => {
    expect(readingOf({ status: 'lost' }, of, after(0))).toBe('missing');
    const untold = experiment({ metric: 'link_clicks' });
    expect(readingOf(published(out, 72, { link_clicks: null }), untold, long)).toBe('missing');
    expect(readingOf(published(out, 72, { link_clicks: 0 }), untold, long)).toMatchObject({
      counts: { link_clicks: 0 },
    });
  });
});
