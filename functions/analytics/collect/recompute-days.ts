import type { Deps } from '../deps.ts';
import { rollUp } from '../domain/roll-up.ts';

/** Days that one call computes again: it takes some seconds. */
const daysAtATime = 20;

/**
 * Computes the roll-ups of a workspace again from its readings, some days after `after` (UTC, exclusive; the empty text:
 * from the first). The last day that was computed; null when there are no more.
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
