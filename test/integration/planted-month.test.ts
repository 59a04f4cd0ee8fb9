// @module-tag long
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { CampaignCreated, CampaignSlotClaimed } from '#events/campaigns.ts';
import { PostPublished } from '#events/posts.ts';
import { DeferredReading } from '#functions/analytics/domain/deferred-reading.ts';
import { rawPrefixOf } from '#functions/analytics/domain/raw-readings.ts';
import type { PostReading } from '#functions/analytics/domain/reading.ts';
import { rollUp } from '#functions/analytics/domain/roll-up.ts';
import { deferredReadingStore } from '#functions/analytics/store/deferred-readings.ts';
import { readingStore } from '#functions/analytics/store/readings.ts';
import { rollUpStore } from '#functions/analytics/store/roll-ups.ts';
import { trackedPostStore } from '#functions/analytics/store/tracked-posts.ts';
import { eventually, Marketer, newXUser } from '#infra/local/marketer.ts';
import type { EventDefinition } from '#shared/events/event.ts';
import { newId } from '#shared/ids.ts';
import { dayMs, dayOf } from '#shared/time.ts';
import { whereIs } from '../support/integration/answers.ts';
import { sqs } from '../support/integration/bus.ts';
import { endOf, start } from '../support/integration/executions.ts';
import { asRoot, resourceOf, stage, tableOf } from '../support/integration/stage.ts';
import { tellX } from '../support/integration/x.ts';
import { bestHour, metricsAt, plantedMonth, type PlantedPost } from '../support/planted-month.ts';

/*
 * A month with known results on the deployed stage: X has 600 posts with planted metrics, analytics hears of them
 * through its inbox, sweeps read them over HTTP, and totals, cost and insights are compared with what was planted.
 * Earlier weeks are written to the table directly, as X no longer shows their clicks.
 */

const today = Math.floor(Date.now() / dayMs) * dayMs;
const planted = plantedMonth(today);
const deleted = new Set(planted.posts.filter((_, place) => place % 60 === 7).map(({ xPostId }) => xPostId));
const ids = new Map(
  [...planted.posts, ...planted.history].map((post) => [post.xPostId, newId('pst', new Date(post.publishedAt))]),
);
const idOf = ({ xPostId }: PlantedPost): string => ids.get(xPostId) ?? '';
const period = `from=${dayOf(new Date(today - 28 * dayMs))}&to=${dayOf(new Date(today - 4 * dayMs))}`;

const Figure = z.object({ value: z.number().nullable(), posts: z.number() });
const Figures = z.object({ posts: Figure, impressions: Figure, likes: Figure, engagements: Figure });
const Overview = z.object({
  figures: Figures,
  coverage: z.object({ publishedPosts: z.number(), measuredPosts: z.number(), deletedPosts: z.number() }),
});
const Campaign = z.object({ byVariant: z.array(z.object({ variant: z.string(), figures: Figures })) });
const Found = z.object({
  details: z.looseObject({
    times: z.array(z.object({ hourBand: z.number(), verdict: z.string() })).optional(),
    trait: z.string().optional(),
    level: z.string().optional(),
    from: z.string().optional(),
    direction: z.string().optional(),
  }),
});
const Insights = z.object({
  items: z.array(
    z.object({
      kind: z.string(),
      answer: z.object({ outcome: z.string(), insights: z.array(Found).optional() }),
    }),
  ),
});
const Usage = z.object({
  spentMicros: z.number(),
  kinds: z.array(z.object({ kind: z.string(), count: z.number() })),
});
const XUsage = z.object({ users: z.record(z.string(), z.number()) });

const maya = new Marketer(stage);
let workspaceId = '';
const accounts: { username: string; accountId: string }[] = [];
const accountIdOf = ({ account }: PlantedPost): string => accounts[account]?.accountId ?? '';
const campaignId = newId('cmp', new Date());
const author = { actor: { type: 'system', id: 'analytics' } as const, correlationId: 'planted' };

/** Sends events to the inbox of analytics only: no other context needs to know posts that it never had. */
const tellAnalytics = async (events: readonly [EventDefinition, entityId: string, data: object][]): Promise<void> => {
  const QueueUrl = await resourceOf('analytics', 'SQS::Queue', 'InboxQueue');
  const at = new Date().toISOString();
  const messages = events.map(([{ type, source, schemaVersion }, entityId, data], place) => ({
    Id: String(place % 10),
    MessageBody: JSON.stringify({
      ...{ version: '0', id: String(place), source, 'detail-type': type, account: '000000000000', time: at },
      ...{ region: 'us-east-1', resources: [] },
      detail: {
        ...{ id: newId('evt', new Date()), schemaVersion, workspaceId, entityId, entityVersion: 1, occurredAt: at },
        ...{ ...author, data },
      },
    }),
  }));
  const batches = Array.from({ length: Math.ceil(messages.length / 10) }, (_, n) =>
    messages.slice(10 * n, 10 * n + 10),
  );
  await Promise.all(batches.map((Entries) => sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }))));
};

const run = async (workflow: 'sweep-metrics' | 'run-daily-checks' | 'keep-metrics'): Promise<void> => {
  expect(await endOf(await start(workflow, JSON.stringify({ workspaceId })))).toBe('SUCCEEDED');
};
const overview = (query = '') => maya.do(Overview, 'GET', `/v1/analytics/overview?${period}${query}`);

const formatOf = ({ hasImage }: PlantedPost) => ({
  ...{ weightedLength: 90, media: hasImage ? 'image' : 'none', hasLink: false, hashtags: 0, mentions: 0, parts: 1 },
  hasPoll: false,
});

/** The earlier weeks as stored: packed, except for one day that is still to be closed. */
const openDay = dayOf(new Date(today - 40 * dayMs));
const plantHistory = async (): Promise<void> => {
  const table = await tableOf('analytics');
  const [readings, posts] = [readingStore(table), trackedPostStore(table)];
  const cohorts = Map.groupBy(planted.history, (post) => `${accountIdOf(post)}/${dayOf(new Date(post.publishedAt))}`);
  await Promise.all(
    [...cohorts].map(async ([key, own]) => {
      const [accountId = '', day = ''] = key.split('/');
      const measuredAt = new Date(Math.min(Date.parse(day) + 30 * dayMs, Date.now())).toISOString();
      const cohort = { workspaceId, accountId, day };
      const batch = { ...cohort, measuredAt, readings: own.map(finalReading) };
      if (day !== openDay) return readings.pack(cohort, [batch], 800);
      for (const post of own) {
        const at = new Date(post.publishedAt).toISOString();
        const of = { id: idOf(post), workspaceId, accountId, campaignId: null, trial: null, templateId: null };
        const out = { xPostIds: [post.xPostId], dueAt: at, publishedAt: at, costMicros: 0, format: null };
        await posts.track({ ...of, ...out }, 800);
      }
      return readings.add(batch, author);
    }),
  );
  const days = new Set([...cohorts.keys()].map((key) => key.split('/')[1] ?? ''));
  await Promise.all(
    [...days].map(async (day) => {
      const all = await readings.ofDay(workspaceId, day);
      return rollUpStore(table).save(workspaceId, day, rollUp(all), 800);
    }),
  );
};

const finalReading = (post: PlantedPost): PostReading => ({
  ...{ postId: idOf(post), campaignId: null, variant: null, latenessMs: 0, costMicros: 0 },
  ...{ publishedAt: new Date(post.publishedAt).toISOString(), availability: 'available', isTold: false },
  shortLinkClicks: null,
  metrics: metricsAt(post, 29 * dayMs),
});

/** Makes deferred readings due at once: X's pause ends after two seconds, ours is spread over fifteen. */
const bringForward = async (): Promise<void> => {
  const table = await tableOf('analytics');
  const items = await table.queryAll({
    KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':workspace': workspaceId, ':prefix': 'DEFERRED#' },
  });
  const now = new Date();
  for (const item of items) {
    const reading = DeferredReading.parse(item);
    if (Date.parse(reading.readAt) <= now.getTime()) continue;
    await deferredReadingStore(table).add({ ...reading, readAt: now.toISOString() });
    await table.delete({ pk: String(item['pk']), sk: String(item['sk']) });
  }
};

/** The metrics of each post at the time it was read, as the sandbox counts them. */
const shownAtReading = async (): Promise<Map<string, { impressions: number; likes: number }>> => {
  const readings = readingStore(await tableOf('analytics'));
  const byId = new Map(planted.posts.map((post) => [idOf(post), post]));
  const days = Array.from({ length: 25 }, (_, place) => dayOf(new Date(today - (28 - place) * dayMs)));
  const batches = (await Promise.all(days.map(async (day) => readings.ofDay(workspaceId, day)))).flat();
  const shown = new Map<string, { impressions: number; likes: number }>();
  for (const { measuredAt, readings: all } of batches) {
    for (const { postId, metrics } of all) {
      const post = byId.get(postId);
      if (post && metrics) shown.set(postId, metricsAt(post, Date.parse(measuredAt) - post.publishedAt));
    }
  }
  return shown;
};

beforeAll(async () => {
  await maya.join();
  ({ workspaceId } = await whereIs(maya));
  for (let count = 0; count < 3; count += 1) {
    const username = await newXUser(stage);
    accounts.push({ username, accountId: await maya.connect(username) });
  }
  const posts = planted.posts.map((post) => ({
    ...{ id: post.xPostId, username: accounts[post.account]?.username, text: `Planted ${post.xPostId}` },
    ...{ createdAt: post.publishedAt, reach: post.reach },
  }));
  await tellX('POST', 'history', { posts });
  for (const id of deleted) await tellX('DELETE', `posts/${id}`);
  // X rate-limits one account for a moment.
  const fault = { kind: 'rateLimit', resetAfterSeconds: 2 };
  await tellX('POST', 'faults', [
    { id: 'planted', path: '/2/tweets', username: accounts[0]?.username, times: 2, fault },
  ]);
  await plantHistory();
  const told = { name: 'Planted', goals: [], budgetMicros: null, maturityHours: 72 };
  await tellAnalytics([[CampaignCreated, campaignId, told]]);
  const ofCampaign = planted.posts.filter(({ account }) => account === 2);
  await tellAnalytics(
    ofCampaign.map((post) => {
      const slotId = newId('slt', new Date());
      return [
        CampaignSlotClaimed,
        slotId,
        { campaignId, slotId, postId: idOf(post), variant: post.variant, templateId: null },
      ];
    }),
  );
  const tracked = trackedPostStore(await tableOf('analytics'));
  await eventually('the variants in analytics', async () => {
    const known = await Promise.all(ofCampaign.map(async (post) => tracked.claimOf(workspaceId, idOf(post))));
    return known.every(({ variant }) => variant !== null) ? true : undefined;
  });
  await tellAnalytics(
    planted.posts.map((post) => {
      const at = new Date(post.publishedAt).toISOString();
      const data = { accountId: accountIdOf(post), campaignId: post.account === 2 ? campaignId : null };
      const out = { xPostIds: [post.xPostId], dueAt: at, publishedAt: at, costMicros: 0, format: formatOf(post) };
      return [PostPublished, idOf(post), { ...data, ...out }];
    }),
  );
});

test('the totals, cost and insights of a planted month match what was planted', async () => {
  const { figures, coverage } = await eventually('all posts, read', async () => {
    await run('sweep-metrics');
    await bringForward();
    const found = await overview();
    return found.coverage.measuredPosts + found.coverage.deletedPosts === 600 ? found : undefined;
  });
  expect(coverage).toMatchObject({ publishedPosts: 600, measuredPosts: 590, deletedPosts: 10 });

  // The totals equal those of X.
  const shown = await shownAtReading();
  const sumOf = (what: 'impressions' | 'likes', some = [...shown.values()]) =>
    some.reduce((sum, each) => sum + each[what], 0);
  expect(figures.impressions).toEqual({ value: sumOf('impressions'), posts: 590 });
  expect(figures.likes).toEqual({ value: sumOf('likes'), posts: 590 });

  // The cost equals that of X, and each post was read once; X may bill the ten deleted posts too.
  const usage = await eventually('one bill', async () => {
    const ours = await maya.do(Usage, 'GET', '/v1/accounts/usage');
    const { users } = XUsage.parse(await tellX('GET', 'usage'));
    const theirs = accounts.reduce((sum, { username }) => sum + (users[username] ?? 0), 0);
    return ours.spentMicros === theirs ? ours : undefined;
  });
  const reads = usage.kinds.find(({ kind }) => kind === 'post_read')?.count ?? 0;
  expect(reads).toBeGreaterThanOrEqual(590);
  expect(reads).toBeLessThanOrEqual(600);
  const Faults = z.object({ rules: z.array(z.object({ id: z.string(), fired: z.number() })) });
  const { rules } = Faults.parse(await tellX('GET', 'faults'));
  expect(rules.find(({ id }) => id === 'planted')?.fired).toBe(2);

  // The effect of the variant.
  const { byVariant } = await maya.do(Campaign, 'GET', `/v1/analytics/campaigns/${campaignId}`);
  const perPost = new Map(
    byVariant.map(({ variant, figures: of }) => [variant, (of.impressions.value ?? NaN) / of.impressions.posts]),
  );
  for (const { variant, figures: of } of byVariant) {
    const own = planted.posts.filter((post) => post.account === 2 && post.variant === variant);
    expect(of.impressions.value).toBe(
      sumOf(
        'impressions',
        own.flatMap((post) => shown.get(idOf(post)) ?? []),
      ),
    );
  }
  const lift = (perPost.get('b') ?? NaN) / (perPost.get('a') ?? NaN);
  expect(lift).toBeGreaterThan(1.7);
  expect(lift).toBeLessThan(2.3);

  // The insights find what was planted, and nothing else.
  await run('run-daily-checks');
  const [hour, image, anomaly] = await Promise.all(
    accounts.map(async ({ accountId }) => {
      const { items } = await maya.do(Insights, 'GET', `/v1/analytics/insights?accountId=${accountId}`);
      return new Map(items.map(({ kind, answer }) => [kind, answer.insights?.map(({ details }) => details) ?? []]));
    }),
  );
  const times = hour?.get('best_time')?.flatMap((each) => each.times ?? []) ?? [];
  expect(new Set(times.filter(({ verdict }) => verdict === 'better').map(({ hourBand }) => hourBand))).toEqual(
    new Set([bestHour / 3]),
  );
  expect(hour?.get('trait')?.[0]).toMatchObject({ trait: 'hour_band', level: '18:00 to 21:00' });
  expect(hour?.get('trait')?.filter(({ trait }) => trait !== 'hour_band')).toEqual([]);
  expect(image?.get('trait')).toMatchObject([{ trait: 'media', level: 'image' }]);
  expect(anomaly?.get('anomaly')).toMatchObject([{ direction: 'lower', from: dayOf(new Date(today - 6 * dayMs)) }]);
  expect([hour, image].flatMap((each) => each?.get('anomaly'))).toEqual([]);
  expect([image, anomaly].flatMap((each) => each?.get('best_time'))).toEqual([]);
  expect(anomaly?.get('trait')).toEqual([]);

  // The day that is final is closed, with one file for each account.
  await run('keep-metrics');
  const Bucket = await resourceOf('analytics', 'S3::Bucket', 'RawReadings');
  const s3 = new S3Client({ ...asRoot, forcePathStyle: true });
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: rawPrefixOf(workspaceId) }));
  const files = accounts.map(({ accountId }) => `${rawPrefixOf(workspaceId)}day=${openDay}/${accountId}.parquet`);
  expect(Contents.map(({ Key }) => Key)).toEqual(files.sort());
});
