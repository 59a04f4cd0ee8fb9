import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { recomputeDays } from '#functions/analytics/collect/recompute-days.ts';
import type { PostReading, ReadingBatch } from '#functions/analytics/domain/reading.ts';
import { rollUp } from '#functions/analytics/domain/roll-up.ts';
import { readingStore } from '#functions/analytics/store/readings.ts';
import { retentionStore } from '#functions/analytics/store/retentions.ts';
import { rollUpStore } from '#functions/analytics/store/roll-ups.ts';
import { REGION, ROOT_CREDENTIALS } from '#infra/local/deploy.ts';
import { Marketer } from '#infra/local/marketer.ts';
import { bringUp } from '#infra/local/stage.ts';
import { newId } from '#shared/ids.ts';
import { openTable } from '#shared/table.ts';
import { dayMs, dayOf, hourMs } from '#shared/time.ts';
import { memoryTable } from '../support/memory/table.ts';
import { bytesOf } from '../support/memory/write-units.ts';

/**
 * `npm run bench:metrics`: how fast a workspace's readings are aggregated again and the peak memory of doing so, and what
 * an overview and a series over 90 days cost on the local stage over 1,000, 10,000 and 100,000 posts: the median response
 * time, and read units. `npm run bench:metrics -- 20` makes 20 requests of each. Goal: read units do not grow with the
 * posts once every quarter of an hour has some.
 */
const rounds = z.coerce.number().int().min(3).default(30).parse(process.argv[2]);

const days = 90;
const today = Math.floor(Date.now() / dayMs) * dayMs;
const accountIds = [1, 2, 3].map((place) => `acc_${String(place).padStart(26, '0')}`);
const author = { actor: { type: 'system', id: 'bench' } as const, correlationId: 'bench' };

const middleOf = (figures: readonly number[]): number =>
  figures.toSorted((one, other) => one - other)[Math.floor(figures.length / 2)] ?? NaN;

/** A reading of a post that was published at that time. */
const readingAt = (postId: string, publishedAt: number, seed: number): PostReading => ({
  ...{ postId, campaignId: null, variant: null, publishedAt: new Date(publishedAt).toISOString() },
  ...{ latenessMs: seed % 60_000, costMicros: 15_000, availability: 'available', isTold: false },
  shortLinkClicks: null,
  metrics: {
    ...{ impressions: 37 * seed, likes: seed % 211, reposts: seed % 31, replies: seed % 19, quotes: seed % 7 },
    ...{ bookmarks: seed % 23, urlClicks: seed % 41, profileClicks: seed % 17 },
  },
});

/** The posts of a day in batches of 100, each read `times` times. */
const batchesOf = (workspaceId: string, daysAgo: number, posts: number, times: number): ReadingBatch[] => {
  const start = today - daysAgo * dayMs;
  const batches: ReadingBatch[] = [];
  for (let from = 0; from < posts; from += 100) {
    const accountId = accountIds[(from / 100) % 3] ?? '';
    const some = Array.from({ length: Math.min(100, posts - from) }, (_, place) => ({
      postId: newId('pst', new Date(start)),
      at: start + Math.floor(((from + place) / posts) * dayMs),
    }));
    for (let time = 0; time < times; time += 1) {
      const measuredAt = new Date(start + dayMs + time * hourMs).toISOString();
      const readings = some.map(({ postId, at }, place) => readingAt(postId, at, (time + 1) * (from + place + 1)));
      batches.push({ workspaceId, accountId, day: dayOf(new Date(start)), measuredAt, readings });
    }
  }
  return batches;
};

const recompute = async (): Promise<void> => {
  const now = () => new Date();
  const { table } = memoryTable(now);
  const workspaceId = newId('wsp', now());
  const [readings, rollUps, retention] = [readingStore(table), rollUpStore(table), retentionStore(table)];
  const perDay = Math.ceil(1_000_000 / 8 / 85);
  let count = 0;
  for (let daysAgo = 85; daysAgo > 0; daysAgo -= 1) {
    for (const batch of batchesOf(workspaceId, daysAgo, perDay, 8)) {
      await readings.add(batch, author);
      count += batch.readings.length;
    }
  }
  const before = process.resourceUsage().maxRSS;
  const began = performance.now();
  let next: string | null = '';
  while (next !== null) next = await recomputeDays({ readings, rollUps, retention }, workspaceId, next);
  const seconds = (performance.now() - began) / 1000;
  const mb = (kilobytes: number): string => (kilobytes / 1024).toFixed(0);
  console.log(
    `recompute of ${count.toLocaleString('en-US')} readings: ${seconds.toFixed(1)} s, ` +
      `${Math.round(count / seconds).toLocaleString('en-US')} a second; ${mb(process.resourceUsage().maxRSS)} MB at most, ` +
      `with the table itself, which took ${mb(before)} MB to fill`,
  );
};

await recompute();

const folder = mkdtempSync(join(tmpdir(), 'xmp-bench-'));
await using owner = new AsyncDisposableStack();
owner.defer(() => {
  rmSync(folder, { recursive: true, force: true });
});
const stage = await bringUp({ folder: join(folder, 'stage'), auth: true });
owner.defer(() => stage.stop());

const asRoot = { endpoint: stage.facts.awsEndpointUrl, region: REGION, credentials: ROOT_CREDENTIALS };
const { TableNames = [] } = await new DynamoDBClient(asRoot).send(new ListTablesCommand({}));
const tableName = TableNames.find((name) => name.startsWith('xmp-local-analytics'));
if (tableName === undefined) throw new Error('Analytics has no table');
const table = openTable(tableName, () => new Date(), asRoot);
const Me = z.object({ workspace: z.object({ id: z.string() }) });
const Overview = z.object({ coverage: z.object({ publishedPosts: z.number() }) });
const query = `from=${dayOf(new Date(today - days * dayMs))}&to=${dayOf(new Date(today - dayMs))}`;

for (const posts of [1_000, 10_000, 100_000]) {
  const maya = await new Marketer(stage.facts).join();
  const { id } = (await maya.do(Me, 'GET', '/v1/me')).workspace;
  for (let daysAgo = days; daysAgo > 0; daysAgo -= 1) {
    const batches = batchesOf(id, daysAgo, Math.round(posts / days), 1);
    await rollUpStore(table).save(id, dayOf(new Date(today - daysAgo * dayMs)), rollUp(batches), 800);
  }
  const { coverage } = await maya.do(Overview, 'GET', `/v1/analytics/overview?${query}`);
  // Half a unit for each 4 KB that a query reads (AWS: DynamoDB read consistency); the emulator counts differently.
  const items = await table.queryAll({
    KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':workspace': id, ':prefix': 'WORKSPACE_DAY#' },
  });
  const units = Math.ceil(items.reduce((sum, item) => sum + bytesOf(item), 0) / 4096) / 2;
  for (const path of ['overview?', 'series?metric=impressions&']) {
    const times: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const began = performance.now();
      await maya.do(z.unknown(), 'GET', `/v1/analytics/${path}${query}`);
      times.push(performance.now() - began);
    }
    console.log(
      `${path.split('?')[0]} of ${days} days over ${coverage.publishedPosts.toLocaleString('en-US')} posts: ` +
        `p50 ${middleOf(times).toFixed(0)} ms, ${units.toFixed(1)} read units`,
    );
  }
}
