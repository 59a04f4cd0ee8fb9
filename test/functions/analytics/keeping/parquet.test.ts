import { parquetMetadata, parquetReadObjects, parquetSchema } from 'hyparquet';
import { expect, test } from 'vitest';
import { rawColumns, rawKeyOf } from '#functions/analytics/domain/raw-readings.ts';
import { parquetOf } from '#functions/analytics/keeping/parquet.ts';
import { dayMs, hourMs, instantAfter, minuteMs } from '#shared/time.ts';
import { accountId, campaignId, harness, metricsOf, noon, workspaceId } from '../harness.ts';

const day = '2026-11-22';
const cohort = { workspaceId, accountId, day };
const bytesOf = (file: Buffer): ArrayBuffer => new Uint8Array(file).buffer;

test('closing a day writes a file of all its readings, which another library reads back', async () => {
  const context = harness(instantAfter(noon, minuteMs));
  const one = await context.track({ xPostIds: ['1'], campaignId, costMicros: 15_000 });
  const two = await context.track({ xPostIds: ['2'] });
  await context.sweep(
    context.x((xPostId) => ({ ...metricsOf(Number(xPostId) * 3_000_000_000, null), profileClicks: 7 })),
  );
  context.clock.pass(hourMs);
  await context.sweep(() => ({
    outcome: 'read',
    measuredAt: context.clock.now().toISOString(),
    posts: ['1', '2'].map((xPostId) => ({ xPostId, metrics: null, why: 'withheld' })),
  }));
  context.clock.set(instantAfter(noon, 33 * dayMs));
  await context.run('analytics.closeDays', {});

  const { files } = context.deps.rawFiles;
  const key = `readings/workspace_id=${workspaceId}/day=${day}/${accountId}.parquet`;
  expect([...files.keys()]).toEqual([key]);
  expect(rawKeyOf(cohort)).toBe(key);
  const file = files.get(key)?.body ?? Buffer.of();
  const rows = await parquetReadObjects({ file: bytesOf(file) });
  const told = {
    ...{ account_id: accountId, variant: null, published_at: noon, lateness_ms: 0n },
  };
  const none = { impressions: null, likes: null, reposts: null, replies: null, quotes: null, bookmarks: null };
  const all = (count: bigint) => Object.fromEntries(Object.keys(none).map((name) => [name, count]));
  const noClicks = { url_clicks: null, profile_clicks: null, short_link_clicks: null };
  const clicks = { ...noClicks, profile_clicks: 7n };
  const first = { measured_at: new Date(instantAfter(noon, minuteMs)), availability: 'available' };
  const second = { measured_at: new Date(instantAfter(noon, minuteMs + hourMs)), availability: 'withheld' };
  const ofOne = { ...told, post_id: one, campaign_id: campaignId, cost_micros: 15_000n };
  const ofTwo = { ...told, post_id: two, campaign_id: null, cost_micros: 0n };
  const wanted = [
    { ...ofOne, ...first, ...all(3_000_000_000n), ...clicks },
    { ...ofOne, ...second, ...none, ...noClicks },
    { ...ofTwo, ...first, ...all(6_000_000_000n), ...clicks },
    { ...ofTwo, ...second, ...none, ...noClicks },
  ];
  const byPost = (some: readonly Record<string, unknown>[]) =>
    some.toSorted((a, b) =>
      String(a.post_id) + String(a.availability) < String(b.post_id) + String(b.availability) ? -1 : 1,
    );
  expect(byPost(rows)).toEqual(byPost(wanted));
  const { children } = parquetSchema(parquetMetadata(bytesOf(file)));
  expect(children.map(({ element }) => element.name)).toEqual(Object.keys(rawColumns));

  // The same readings give the same file, in any order and from their pack.
  const packed = await context.deps.readings.ofCohort(cohort);
  expect(parquetOf(packed).equals(file)).toBe(true);
  const reversed = packed.toReversed().map((each) => ({ ...each, readings: each.readings.toReversed() }));
  expect(parquetOf(reversed).equals(file)).toBe(true);
});

test('a step that broke off writes the same file when it is repeated', async () => {
  const context = harness(instantAfter(noon, minuteMs));
  await context.track({ xPostIds: ['1'] });
  await context.sweep(context.x());
  context.clock.set(instantAfter(noon, 33 * dayMs));
  const { readings, rawFiles } = context.deps;
  const pack = readings.pack.bind(readings);
  readings.pack = async () => {
    throw new Error('cut off');
  };
  await expect(context.run('analytics.closeDays', {})).rejects.toThrow('cut off');
  const [before] = [...rawFiles.files.values()];
  readings.pack = pack;
  context.clock.pass(20 * minuteMs);
  await context.run('analytics.closeDays', {}, 'arn:another');
  expect(rawFiles.files.size).toBe(1);
  expect([...rawFiles.files.values()][0]?.body).toEqual(before?.body);
  expect(await readings.isPacked(cohort)).toBe(true);
});
