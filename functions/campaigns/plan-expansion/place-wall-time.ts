import { minuteMs } from '#shared/time.ts';
import type { ZoneClock } from '#shared/zone-clock.ts';
import type { Policies } from '../domain/plan-policies.ts';
import type { Reason } from '../domain/planned-slot.ts';
import { wallText } from './wall-time.ts';

/** A wall time with its instant in epoch milliseconds, if it has one, and the policies applied. */
export interface Placed {
  instant: number | null;
  reasons: Reason[];
}

/** Finds the instant of a wall time in a time zone, under the policies for skipped and repeated local times. */
export const placeWallTime = (
  wall: number,
  clock: ZoneClock,
  { gap, overlap }: Pick<Policies, 'gap' | 'overlap'>,
): Placed => {
  const [first, second] = clock.instantsOf(wall);
  if (first === undefined) {
    const { instant, by } = clock.afterGap(wall);
    const isSkipped = gap === 'skip';
    const movedByMinutes = isSkipped ? 0 : by / minuteMs;
    return {
      instant: isSkipped ? null : instant,
      reasons: [{ kind: 'gap', policy: gap, wallTime: wallText(wall), movedByMinutes }],
    };
  }
  if (second === undefined) return { instant: first, reasons: [] };
  return {
    instant: overlap === 'first' ? first : second,
    reasons: [{ kind: 'overlap', policy: overlap, wallTime: wallText(wall) }],
  };
};
