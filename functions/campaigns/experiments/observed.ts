import { hourMs } from '#shared/time.ts';
import type { Block, Experiment, ExperimentCounts } from '../domain/experiment.ts';

export type Counts = ExperimentCounts;

/** How far a slot is. `waiting`: not out yet; `lost`: it will not go out (failed, cancelled, missed, deleted before). */
export type SlotState =
  | { status: 'waiting' }
  | { status: 'lost' }
  | { status: 'published'; publishedAt: string; counted: { at: string; counts: Counts } | null };

/** A block, and how far each of its slots is. */
export interface ObservedBlock extends Omit<Block, 'slots'> {
  slots: readonly (Block['slots'][number] & { state: SlotState })[];
}

/** A mature count, `waiting` for one, or `missing`: there will be none. `at`: in ms since the epoch. */
export type Reading = 'waiting' | 'missing' | { at: number; counts: Counts };

/** X tells the clicks of a post for 30 days (X API, non-public metrics); what was not counted by then never will be. */
const countableMs = 30 * 24 * hourMs;

/**
 * What counts of a slot at an instant: nothing before the post has the registered age, and nothing that was counted
 * earlier.
 */
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
