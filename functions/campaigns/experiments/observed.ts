import { hourMs } from '#shared/time.ts';
import type { Block, Experiment, ExperimentCounts } from '../domain/experiment.ts';

export type Counts = ExperimentCounts;

/** State of a slot. `waiting`: not published yet; `lost`: will not be (failed, cancelled, missed, deleted before). */
export type SlotState =
  | { status: 'waiting' }
  | { status: 'lost' }
  | { status: 'published'; publishedAt: string; counted: { at: string; counts: Counts } | null };

/** A block with the state of its slots. */
export interface ObservedBlock extends Omit<Block, 'slots'> {
  slots: readonly (Block['slots'][number] & { state: SlotState })[];
}

/** A mature count; `waiting`: not counted yet; `missing`: never will be. `at` is in epoch milliseconds. */
export type Reading = 'waiting' | 'missing' | { at: number; counts: Counts };

/** X reports the clicks of a post for 30 days (X API, non-public metrics); later they cannot be counted. */
const countableMs = 30 * 24 * hourMs;

/** What counts of a slot at an instant: nothing before its post is mature, and no earlier counts. */
export const readingOf = (state: SlotState, { maturityHours, metric }: Experiment, now: Date): Reading => {
  if (state.status === 'waiting') return 'waiting';
  if (state.status === 'lost') return 'missing';
  const publishedAt = Date.parse(state.publishedAt);
  if (state.counted) {
    const at = Date.parse(state.counted.at);
    const isMature = at >= publishedAt + maturityHours * hourMs && at <= now.getTime();
    if (isMature && typeof state.counted.counts[metric] === 'number') return { at, counts: state.counted.counts };
  }
  return now.getTime() < publishedAt + countableMs ? 'waiting' : 'missing';
};
