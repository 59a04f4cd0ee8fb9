import { minuteMs } from '#shared/time.ts';
import type { RehearsalPace } from './setting.ts';

/** Timing of publishing on a stage: waits are those of its configuration, other values were measured. */
export const stagePace: RehearsalPace = {
  dispatchMs: [200, 2_000],
  callMs: 1_000,
  settleMs: minuteMs,
  pauseMs: minuteMs,
  jitterMs: 15_000,
};
