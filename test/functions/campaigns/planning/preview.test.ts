import { describe, expect, test } from 'vitest';
import { previewOf } from '#functions/campaigns/planning/preview.ts';
import { expand, rule, times, track } from '../plan-expansion/sample.ts';

describe('a preview', () => {
  const blackouts = [{ kind: 'days' as const, name: 'Holiday', from: '2026-12-02', to: '2026-12-02' }];
  const expanded = expand({ blackouts, tracks: [track({ times: rule('FREQ=DAILY;COUNT=5') })] });

  test('shows the next slots and those dropped between them', () => {
    const preview = previewOf(expanded, { after: '2026-12-01T08:00:00Z', limit: 2 });
    expect(times(preview)).toEqual(['2026-12-01T08:00Z', '2026-12-03T08:00Z']);
    expect(preview.dropped.map(({ slotKey }) => slotKey)).toEqual(['tips@2026-12-02T09:00']);
    expect(preview).toMatchObject({ remaining: 4, conflicts: expanded.conflicts });
  });

  test('omits past slots', () => {
    const preview = previewOf(expanded, { after: '2026-12-03T08:00:01Z', limit: 9 });
    expect(times(preview)).toEqual(['2026-12-04T08:00Z', '2026-12-05T08:00Z']);
    expect(preview).toMatchObject({ dropped: [], remaining: 2 });
  });
});
