import { minuteMs } from '#shared/time.ts';
import type { LatenessPolicy, Rehearsal } from '../domain/rehearsal.ts';

/** Lateness up to this counts as accidental. */
const graceMs = 5 * minuteMs;

/** What the policy decides about a late post of which nothing is published. */
export const outcomeOfLate = (policy: LatenessPolicy, lateMs: number): 'go' | 'missed' | 'held' => {
  if (policy.kind === 'publish_late') return lateMs <= policy.withinMinutes * minuteMs ? 'go' : 'missed';
  if (lateMs <= graceMs) return 'go';
  return policy.kind === 'skip' ? 'missed' : 'held';
};

/** The value at a percentile (nearest rank). @param sorted in ascending order, not empty */
const atShare = (sorted: readonly number[], share: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;

export const latenessOf = (lateMs: readonly number[]): Rehearsal['lateness'] => {
  if (lateMs.length === 0) return null;
  const sorted = lateMs.toSorted((one, other) => one - other);
  return { p50Ms: atShare(sorted, 0.5), p99Ms: atShare(sorted, 0.99), longestMs: atShare(sorted, 1) };
};
