import type { Deps } from '../deps.ts';
import { rollUp } from '../domain/roll-up.ts';

/** Days that one call computes again: it takes some seconds. */
const daysAtATime = 20;

/**
 * Computes the roll-ups of a workspace again from its readings, some days after `after` (UTC, exclusive; the empty text:
 * from the first). The last day that was computed; null when there are no more.
 */
export const recomputeDays = async (
  { readings, rollUps }: Pick<Deps, 'readings' | 'rollUps'>,
  workspaceId: string,
  after: string,
): Promise<string | null> => {
  let last = after;
  for (let count = 0; count < daysAtATime; count += 1) {
    const day = await readings.dayAfter(workspaceId, last);
    if (day === undefined) return null;
    await rollUps.save(workspaceId, day, rollUp(await readings.ofDay(workspaceId, day)), true);
    last = day;
  }
  return last;
};
