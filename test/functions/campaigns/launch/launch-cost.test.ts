import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { awsCostOf, awsUseOf } from '#functions/campaigns/launch/aws-cost.ts';
import { dollars } from '#functions/campaigns/launch/check-budget.ts';
import { launchCostOf } from '#functions/campaigns/launch/launch-cost.ts';
import { publishPost } from '#infra/workflows/publish-post.ts';
import { linked, plain, post, slot } from './sample.ts';

const file = { mediaId: 'med', status: 'ready' as const, hasAltText: false };

describe('the cost at X', () => {
  test('is grouped by slots of equal cost, with the cost without links', () => {
    const slots = [
      slot(1),
      slot(2),
      slot(3, { post: { parts: [linked] } }),
      slot(4, { post: { parts: [plain, linked] } }),
      slot(5, { post: null }),
    ];
    const { x } = launchCostOf(slots, 31);
    expect(x).toMatchObject({ micros: 445_000, posts: 5, metricsMicros: 5 * 31 * 5_000 });
    expect(x.lines).toEqual([
      { parts: 2, linkParts: 1, slots: 1, microsEach: 215_000, withoutLinksMicrosEach: 30_000 },
      { parts: 1, linkParts: 1, slots: 1, microsEach: 200_000, withoutLinksMicrosEach: 15_000 },
      { parts: 1, linkParts: 0, slots: 2, microsEach: 15_000, withoutLinksMicrosEach: 15_000 },
    ]);
    expect(x.cheaper).toMatchObject({ micros: 75_000, savedMicros: 370_000 });
  });

  test('has no cheaper alternative if there are no links', () => {
    expect(launchCostOf([slot(1)], 0).x.cheaper).toBeNull();
  });

  test('is rounded up when shown in dollars', () => {
    expect([0, 1, 10_000, 44_999, 1_234_567_890].map(dollars)).toEqual([
      '$0.00',
      '$0.01',
      '$0.01',
      '$0.05',
      '$1234.57',
    ]);
  });
});

const State = z.looseObject({
  Type: z.string(),
  Next: z.string().optional(),
  Default: z.string().optional(),
  Choices: z.array(z.looseObject({ StringEquals: z.string().optional(), Next: z.string() })).optional(),
  ItemProcessor: z.looseObject({ StartAt: z.string(), States: z.record(z.string(), z.unknown()) }).optional(),
});

/** Number of states that a post enters, with choices taken by these answers and loops repeated by `turns`. */
const walked = (
  states: Record<string, unknown>,
  startAt: string,
  answers: readonly string[],
  turns: Readonly<Record<string, number>>,
): number => {
  let count = 0;
  for (let name: string | undefined = startAt; name !== undefined;) {
    const state: z.infer<typeof State> = State.parse(states[name]);
    count += 1;
    const { ItemProcessor: inner } = state;
    if (inner) count += (turns[name] ?? 0) * walked(inner.States, inner.StartAt, answers, turns);
    const choice = state.Choices?.find(({ StringEquals = '' }) => answers.includes(StringEquals));
    name = choice?.Next ?? state.Default ?? state.Next;
  }
  return count;
};

describe('the cost at AWS', () => {
  const { States: states, StartAt: startAt } = publishPost({ posts: 'p', accounts: 'a', campaigns: 'c' });

  test.each([1, 3])('for a post of %i parts counts as many transitions as the workflow makes', (parts) => {
    const counted = walked(states, startAt, ['campaign', 'permitted'], { PublishPermitted: parts });
    expect(awsUseOf(post(1, { parts: Array(parts).fill(plain) as (typeof plain)[] })).transitions).toBe(counted);
  });

  test.each([1, 4])('for a post with %i files counts as many transitions as the workflow makes', (files) => {
    const parts = [plain, plain];
    // The first choice takes the path with media, the one after the upload that of a campaign's post.
    const beginning = walked(states, startAt, ['media', 'permitted'], {
      UploadMedia: files,
      PublishUploaded: parts.length,
    });
    const permitted = walked(states, 'PermitUploaded', ['permitted'], {}) - walked(states, 'PublishUploaded', [], {});
    const counted = beginning + permitted;
    expect(awsUseOf(post(1, { parts, media: Array(files).fill(file) as (typeof file)[] })).transitions).toBe(counted);
  });

  test('is priced by transition and by write', () => {
    expect(awsUseOf(post(1))).toEqual({ transitions: 8, writeUnits: 14 });
    expect(awsCostOf({ transitions: 8, writeUnits: 14 })).toBe(209);
    expect(launchCostOf([slot(1), slot(2)], 0).aws).toEqual({ transitions: 16, writeUnits: 28, micros: 418 });
  });
});
