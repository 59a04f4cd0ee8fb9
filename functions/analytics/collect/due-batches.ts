import { shards } from '#shared/shards.ts';
import type { Key } from '#shared/table.ts';
import { minuteMs } from '#shared/time.ts';
import type { Deps } from '../deps.ts';
import type { DeferredReading } from '../domain/deferred-reading.ts';
import { isDue, readingsByPost } from '../domain/reading.ts';
import { frozenAfterMs, lateAfterMs, plannedReadings, publishedBefore } from '../domain/reading-ages.ts';
import { type Batch, batchesOf } from '../domain/sweep.ts';
import { progressName, type SweepProgress } from '../domain/sweep-progress.ts';
import { type Cohort, cohortOf, type TrackedPost } from '../domain/tracked-post.ts';
import { placeAt } from '../store/tracked-posts.ts';
import { eachOf } from './each-of.ts';

/** A UTC day of a workspace, whose roll-ups are computed together. */
export interface Day {
  workspaceId: string;
  day: string;
}

/** A page of a sweep, as the state of the workflow holds it (at most 256 KB). */
export interface SweepPage {
  outcome: 'more' | 'done' | 'busy';
  batches: Batch[];
  /** The days whose roll-ups the batches change. */
  days: Day[];
  /** Progress to record once the batches are recorded. */
  progress: SweepProgress;
  deferred: Key[];
}

/**
 * Maximum X posts and cohorts of a page: the history of an execution has at most 25,000 events (AWS Step Functions
 * quotas).
 */
export interface PageLimits {
  xPosts: number;
  cohorts: number;
}

/** How long until another execution takes over a sweep that stopped without ending, in milliseconds. */
const leaseMs = 10 * minuteMs;

/** How many cohorts, or workspaces, are read concurrently. */
const readsAtOnce = 10;

const nothing = { batches: [], days: [], progress: {}, deferred: [] };

/**
 * Returns the next page of a sweep: posts that are due, packed into look-ups. `busy`: another execution is sweeping;
 * `done`: this is the last page. An interrupted page is returned again, without the posts already recorded.
 */
export const duePage = async (deps: Deps, execution: string, limits: PageLimits): Promise<SweepPage> => {
  const done = await deps.sweeps.begin(execution, leaseMs);
  if (done === undefined) return { outcome: 'busy', ...nothing };
  const now = deps.now();
  const taken = new Taken(limits);
  await takeDeferred(deps, taken, now);
  const progress = await takePlanned(deps, taken, now, done);
  const posts = await dueOf(deps, taken.posts, now);
  const days = new Map(
    taken.posts.map(({ cohort: { workspaceId, day } }) => [`${workspaceId}/${day}`, { workspaceId, day }]),
  );
  const page = { batches: batchesOf(posts), days: [...days.values()], progress, deferred: taken.deferred };
  return { outcome: taken.isFull() ? 'more' : 'done', ...page };
};

interface Candidate {
  post: TrackedPost;
  cohort: Cohort;
  /** Whether it is due only if it has no reading yet. */
  isOnlyLookedOver: boolean;
}

/** Collects the posts of a page, each once. */
class Taken {
  readonly deferred: Key[] = [];
  readonly #limits: PageLimits;
  readonly #posts = new Map<string, Candidate>();
  readonly #cohorts = new Set<string>();
  #xPosts = 0;

  constructor(limits: PageLimits) {
    this.#limits = limits;
  }

  isFull(): boolean {
    return this.#xPosts >= this.#limits.xPosts || this.#cohorts.size >= this.#limits.cohorts;
  }

  get posts(): Candidate[] {
    return [...this.#posts.values()];
  }

  /** Returns the post with that id; undefined if it was not added. */
  post(id: string): TrackedPost | undefined {
    return this.#posts.get(id)?.post;
  }

  room(): number {
    return this.isFull() ? 0 : this.#limits.xPosts - this.#xPosts;
  }

  add(post: TrackedPost, isOnlyLookedOver = false): void {
    if (this.#posts.has(post.id)) return;
    const cohort = cohortOf(post);
    this.#posts.set(post.id, { post, cohort, isOnlyLookedOver });
    this.#cohorts.add(`${cohort.accountId}/${cohort.day}`);
    this.#xPosts += post.xPostIds.length;
  }
}

/** Adds posts whose reading was deferred, or that an experiment needs. */
const takeDeferred = async (deps: Deps, taken: Taken, now: Date): Promise<void> => {
  for (const shard of shards) {
    if (taken.isFull()) return;
    const due = await deps.deferred.due(shard, now, taken.room());
    const posts = await postsOf(
      deps,
      due.map(({ reading }) => reading),
    );
    for (const { reading, key } of due) {
      if (taken.isFull()) return;
      for (const id of reading.postIds) {
        const post = posts.get(id);
        if (post) taken.add(post);
      }
      taken.deferred.push(key);
    }
  }
};

/** Returns the posts of these readings by id, with one read per workspace. */
const postsOf = async (deps: Deps, readings: readonly DeferredReading[]): Promise<Map<string, TrackedPost>> => {
  const byWorkspace = [...Map.groupBy(readings, ({ workspaceId }) => workspaceId)];
  const found = await eachOf(byWorkspace, readsAtOnce, ([workspaceId, own]) =>
    deps.posts.findAll(
      workspaceId,
      own.flatMap(({ postIds }) => postIds),
    ),
  );
  return new Map(found.flat().map((post) => [post.id, post]));
};

/**
 * Adds the posts that are due by the plan, oldest first for each reading, and returns the progress made. A second pass
 * covers posts a little later, since their events may have arrived late and out of order.
 */
const takePlanned = async (deps: Deps, taken: Taken, now: Date, done: SweepProgress): Promise<SweepProgress> => {
  const progress: SweepProgress = {};
  const oldest = placeAt(now.getTime() - frozenAfterMs);
  for (const reading of [...plannedReadings.keys(), 'late'] as const) {
    for (const shard of shards) {
      const name = progressName(reading, shard);
      const after = done[name] ?? '';
      const before = reading === 'late' ? now.getTime() - lateAfterMs : publishedBefore(now.getTime(), shard, reading);
      const from = after > oldest ? after : oldest;
      const found = await deps.posts.publishedBetween(shard, from, before, taken.room(), (id) => taken.post(id));
      for (const { post, place } of found) {
        if (taken.isFull()) break;
        taken.add(post, reading === 'late');
        progress[name] = place;
      }
      if (taken.isFull()) return progress;
    }
  }
  return progress;
};

/** Returns the posts that are due, given their readings so far, cohort by cohort. */
const dueOf = async (deps: Deps, posts: readonly Candidate[], now: Date): Promise<TrackedPost[]> => {
  const byCohort = [...Map.groupBy(posts, ({ cohort }) => `${cohort.accountId}/${cohort.day}`).values()];
  const due = await eachOf(byCohort, readsAtOnce, async (own) => {
    const [first] = own;
    if (!first) return [];
    const known = readingsByPost(await deps.readings.ofCohort(first.cohort));
    return own
      .filter(({ post, isOnlyLookedOver }) => !(isOnlyLookedOver && known.has(post.id)))
      .flatMap(({ post }) => (isDue(post, known.get(post.id) ?? [], now) ? [post] : []));
  });
  return due.flat();
};
