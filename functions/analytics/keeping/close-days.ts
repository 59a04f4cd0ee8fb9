import { shards } from '#shared/shards.ts';
import { dayMs, dayOf } from '#shared/time.ts';
import { eachOf } from '../collect/each-of.ts';
import type { Deps } from '../deps.ts';
import { rawKeyOf } from '../domain/raw-readings.ts';
import { finalAfterDays } from '../domain/reading-ages.ts';
import type { SweepProgress } from '../domain/sweep-progress.ts';
import { type Cohort, cohortOf } from '../domain/tracked-post.ts';
import { batchDays } from '../store/readings.ts';
import { placeAt } from '../store/tracked-posts.ts';
import { parquetOf } from './parquet.ts';

type Needed = Pick<Deps, 'posts' | 'readings' | 'closings' | 'retention' | 'rawFiles' | 'now'>;

/** How long until another execution takes over from one that stopped without ending, in milliseconds. */
const leaseMs = 10 * 60_000;

/** No day is begun after this many ms: the function times out after 29 seconds. */
const partMs = 10_000;

/** More than X accepts from all workspaces in a day (X API: 10,000 posts per app). */
const mostPosts = 20_000;

/** How many cohorts are packed concurrently. */
const atOnce = 10;

/**
 * Packs the readings of days that are final and writes them to files, oldest day first, for some seconds. Returns
 * whether there are more. After an outage it continues with the day after the last one that it closed, so that none is
 * left out.
 */
export const closeDays = async (deps: Needed, execution: string): Promise<{ isMore: boolean }> => {
  const done = await deps.closings.begin(execution, leaseMs);
  if (done === undefined) return { isMore: false };
  const start = deps.now();
  const last = dayOf(new Date(start.getTime() - finalAfterDays * dayMs));
  const progress: SweepProgress = {};
  for (const shard of shards) {
    for (let day = firstDay(done[nameOf(shard)], start); day <= last; day = dayAfter(day)) {
      if (deps.now().getTime() - start.getTime() > partMs) {
        return { isMore: await deps.closings.advance(execution, progress) };
      }
      await closeDay(deps, shard, day);
      progress[nameOf(shard)] = day;
    }
  }
  await deps.closings.advance(execution, progress);
  await deps.closings.end(execution);
  return { isMore: false };
};

const nameOf = (shard: number): string => `closed#${shard}`;

const dayAfter = (day: string): string => dayOf(new Date(Date.parse(day) + dayMs));

/** Returns the day to continue with. The batches of older days have expired. */
const firstDay = (closed: string | undefined, now: Date): string => {
  const oldest = dayOf(new Date(now.getTime() - batchDays * dayMs));
  return closed === undefined || closed < oldest ? oldest : dayAfter(closed);
};

/** Packs the readings of the posts that the accounts of a shard published on a day. */
const closeDay = async (deps: Needed, shard: number, day: string): Promise<void> => {
  const at = Date.parse(day);
  const found = await deps.posts.publishedBetween(shard, placeAt(at), at + dayMs, mostPosts);
  const cohorts = new Map(
    found.map(({ post }) => {
      const cohort = cohortOf(post);
      return [`${cohort.workspaceId}/${cohort.accountId}`, cohort];
    }),
  );
  await eachOf([...cohorts.values()], atOnce, (cohort) => closeCohort(deps, cohort));
};

const closeCohort = async ({ readings, retention, rawFiles }: Needed, cohort: Cohort): Promise<void> => {
  // Packed before by a call that was interrupted.
  if (await readings.isPacked(cohort)) return;
  const batches = await readings.ofCohort(cohort);
  if (batches.length === 0) return;
  // The file comes first, so that whatever is packed has one.
  await rawFiles.write(rawKeyOf(cohort), 'application/vnd.apache.parquet', parquetOf(batches));
  const { metricsDays } = await retention.of(cohort.workspaceId);
  await readings.pack(cohort, batches, metricsDays);
};
