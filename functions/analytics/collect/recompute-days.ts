import type { Deps } from '../deps.ts';
import { rollUp } from '../domain/roll-up.ts';

/** Days that one call recomputes, which takes some seconds. */
const daysAtATime = 20;

/**
 * Recomputes the roll-ups of a workspace from its readings, for some days after `after` (UTC, exclusive; empty: from
 * the first). Returns the last day computed; null when all are done.
 */
export const recomputeDays = async (
  { readings, rollUps, retention }: Pick<Deps, 'readings' | 'rollUps' | 'retention'>,
  workspaceId: string,
  after: string,
): Promise<string | null> => {
  const { metricsDays } = await retention.of(workspaceId);
  let last = after;
  for (let count = 0; count < daysAtATime; count += 1) {
    const day = await readings.dayAfter(workspaceId, last);
    if (day === undefined) return null;
    await rollUps.save(workspaceId, day, rollUp(await readings.ofDay(workspaceId, day)), metricsDays, true);
    last = day;
  }
  return last;
};
