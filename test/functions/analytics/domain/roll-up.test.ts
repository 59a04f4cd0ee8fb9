import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { latenessAt } from '#functions/analytics/domain/lateness.ts';
import { listedOf, maxListed, ranked, SortMetric } from '#functions/analytics/domain/listed-posts.ts';
import { engagementsOf } from '#functions/analytics/domain/metrics.ts';
import { type PostState, statesOf } from '#functions/analytics/domain/post-state.ts';
import type { PostReading, ReadingBatch } from '#functions/analytics/domain/reading.ts';
import { type DayRollUp, rollUp } from '#functions/analytics/domain/roll-up.ts';
import { addSums, noSums } from '#functions/analytics/domain/sums.ts';
import { dayMs, instantAfter } from '#shared/time.ts';
import { workspaceId } from '../harness.ts';

const day = '2026-11-22';
const midnight = `${day}T00:00:00.000Z`;
const idOf = (prefix: string, number: number) => `${prefix}_01KATJ9V5H8Q3M4N5P6R7S${String(number).padStart(4, '0')}`;

const count = fc.nat({ max: 100_000 });
const metrics = fc.record({
  ...{ impressions: count, likes: count, reposts: count, replies: count, quotes: count, bookmarks: count },
  urlClicks: fc.option(count),
  profileClicks: fc.option(count),
});

/** A post of the day, and its readings at different times. */
const post = fc.record({
  number: fc.nat({ max: 40 }),
  account: fc.nat({ max: 2 }),
  campaign: fc.option(fc.nat({ max: 1 })),
  at: fc.nat({ max: dayMs - 1 }),
  latenessMs: fc.nat({ max: 600_000 }),
  looks: fc.uniqueArray(
    fc.record({
      after: fc.integer({ min: 1, max: 1_000 }),
      metrics: fc.option(metrics),
      clicks: fc.option(count),
      isGone: fc.boolean(),
    }),
    { minLength: 1, maxLength: 4, selector: ({ after }) => after },
  ),
});

/** Posts with their readings as batches, one reading each. */
const readingsOfDay = fc
  .uniqueArray(post, { maxLength: 12, selector: ({ number }) => number })
  .map((posts): ReadingBatch[] =>
    posts.flatMap(({ number, account, campaign, at, latenessMs, looks }) =>
      looks.map(({ after, metrics: read, clicks, isGone }) => {
        const reading: PostReading = {
          postId: idOf('pst', number),
          campaignId: campaign === null ? null : idOf('cmp', campaign),
          variant: null,
          publishedAt: instantAfter(midnight, at),
          latenessMs,
          costMicros: 15_000,
          availability: read ? 'available' : isGone ? 'deleted' : 'delayed',
          metrics: read,
          shortLinkClicks: clicks,
          isTold: false,
        };
        const measuredAt = instantAfter(midnight, dayMs + after * 60_000);
        return { workspaceId, accountId: idOf('acc', account), day, measuredAt, readings: [reading] };
      }),
    ),
  );

const Covered = z.object({ kind: z.string(), accountId: z.string().optional(), campaignId: z.string().optional() });
const byScope = (batches: readonly ReadingBatch[]) =>
  new Map(rollUp(batches).map(({ scope, ...rest }) => [JSON.stringify(scope), rest]));

const workspaceDay = (batches: readonly ReadingBatch[]): DayRollUp => {
  const found = rollUp(batches).find(({ scope }) => scope.kind === 'workspace');
  if (!found || !('cells' in found.content)) throw new Error('no roll-up');
  return found.content;
};
const totalOf = ({ cells }: DayRollUp) => {
  const total = noSums();
  for (const sums of Object.values(cells)) addSums(total, sums);
  return total;
};

describe('the roll-ups of a day', () => {
  test('are the same in whatever order the readings arrive', () => {
    fc.assert(
      fc.property(readingsOfDay, fc.infiniteStream(fc.nat()), (batches, choices) => {
        const shuffled = batches
          .map((batch) => ({ batch, place: Number(choices.next().value) }))
          .sort((one, other) => one.place - other.place)
          .map(({ batch }) => batch);
        const sorted = (all: ReturnType<typeof byScope>) =>
          new Map(
            [...all].map(([scope, { content, ...rest }]) => [
              scope,
              { ...rest, content: JSON.parse(JSON.stringify(content), inOrder) as unknown },
            ]),
          );
        expect(sorted(byScope(shuffled))).toEqual(sorted(byScope(batches)));
      }),
    );
  });

  test('add up the latest reading of each post, and also count posts without one', () => {
    fc.assert(
      fc.property(readingsOfDay, (batches) => {
        const total = totalOf(workspaceDay(batches));
        const posts = Map.groupBy(
          batches.flatMap(({ measuredAt, readings }) => readings.map((reading) => ({ ...reading, measuredAt }))),
          ({ postId }) => postId,
        );
        const inTime = [...posts.values()].map((readings) =>
          readings.toSorted((one, other) => Date.parse(one.measuredAt) - Date.parse(other.measuredAt)),
        );
        const latest = inTime.flatMap(
          (readings) => readings.findLast((reading) => reading.metrics !== null)?.metrics ?? [],
        );
        const clicks = inTime.flatMap(
          (readings) => readings.flatMap(({ shortLinkClicks }) => shortLinkClicks ?? []).at(-1) ?? [],
        );
        const sum = (values: readonly (number | null)[]) => values.reduce<number>((so, far) => so + (far ?? 0), 0);
        expect(total).toMatchObject({
          published: posts.size,
          measured: latest.length,
          impressions: sum(latest.map(({ impressions }) => impressions)),
          urlClicks: sum(latest.map(({ urlClicks }) => urlClicks)),
          urlClicksPosts: latest.filter(({ urlClicks }) => urlClicks !== null).length,
          shortLinkClicks: sum(clicks),
          shortLinkClicksPosts: clicks.length,
          engagements: sum(latest.map((each) => engagementsOf(each))),
          costMicros: posts.size * 15_000,
        });
      }),
    );
  });

  test('of accounts add up to those of the workspace', () => {
    fc.assert(
      fc.property(readingsOfDay, (batches) => {
        const total = noSums();
        let basedOn = 0;
        for (const { scope, content, basedOn: own } of rollUp(batches)) {
          if (scope.kind !== 'account' || !('cells' in content)) continue;
          addSums(total, totalOf(content));
          basedOn += own;
        }
        expect(total).toEqual(totalOf(workspaceDay(batches)));
        expect(basedOn).toBe(batches.length);
      }),
    );
  });

  test('rest on one more reading with each reading that they cover', () => {
    fc.assert(
      fc.property(readingsOfDay, (batches) => {
        const before = byScope(batches.slice(1));
        const [added] = batches;
        for (const [scope, { basedOn }] of byScope(batches)) {
          const { kind, accountId, campaignId } = Covered.parse(JSON.parse(scope));
          const isCovered =
            kind === 'workspace' ||
            (kind === 'account' && accountId === added?.accountId) ||
            (kind === 'campaign' && campaignId === added?.readings[0]?.campaignId);
          const more = added && isCovered ? 1 : 0;
          expect(basedOn, scope).toBe((before.get(scope)?.basedOn ?? 0) + more);
        }
      }),
    );
  });
});

/** Sorts lists, whose order does not matter. */
const inOrder = (_: string, value: unknown): unknown =>
  Array.isArray(value) ? value.toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1)) : value;

describe('the listed posts of a day', () => {
  const many = fc.array(metrics, { minLength: 15, maxLength: 80 }).map((all) =>
    statesOf(
      all.map((each, number): ReadingBatch => {
        const reading: PostReading = {
          ...{ postId: idOf('pst', number), campaignId: null, variant: null, publishedAt: midnight },
          ...{ latenessMs: 0, costMicros: 0, availability: 'available', metrics: each, isTold: false },
          shortLinkClicks: null,
        };
        return { workspaceId, accountId: idOf('acc', 0), day, measuredAt: midnight, readings: [reading] };
      }),
    ),
  );

  test('include every post that a top or bottom list of the day can show', () => {
    fc.assert(
      fc.property(
        many,
        fc.constantFrom(...SortMetric.options),
        fc.constantFrom('top', 'bottom'),
        (posts, metric, order) => {
          const ids = (of: readonly PostState[]) =>
            ranked(of, metric, order)
              .slice(0, maxListed)
              .map(({ postId }) => postId);
          expect(ids(listedOf(posts))).toEqual(ids(posts));
        },
      ),
    );
  });
});

test('lateness percentiles are accurate to 9 %', () => {
  const of = fc.array(fc.nat({ max: 10_000_000 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(of, fc.constantFrom(0.5, 0.99), (all, share) => {
      const sums = noSums();
      for (const latenessMs of all) {
        const reading = { postId: idOf('pst', 0), campaignId: null, variant: null, publishedAt: midnight, latenessMs };
        const unread = { availability: 'delayed', metrics: null, shortLinkClicks: null } as const;
        const rest = { costMicros: 0, isTold: false, ...unread };
        const batch = { workspaceId, accountId: idOf('acc', 0), day, measuredAt: midnight };
        addSums(sums, totalOf(workspaceDay([{ ...batch, readings: [{ ...reading, ...rest }] }])));
      }
      const exact = all.toSorted((one, other) => one - other)[Math.ceil(share * all.length) - 1] ?? NaN;
      const found = latenessAt(sums.lateness, share) ?? NaN;
      expect(Math.abs(found - exact)).toBeLessThanOrEqual(0.09 * exact + 1);
    }),
  );
  expect(latenessAt({}, 0.5)).toBeNull();
});
