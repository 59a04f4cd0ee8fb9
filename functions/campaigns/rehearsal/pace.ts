import { minuteMs } from '#shared/time.ts';
import type { RehearsalPace } from './setting.ts';

/** How a stage publishes to X: the waits are those of its configuration, the rest is what runs on a stage have shown. */
export const stagePace: RehearsalPace = {
  dispatchMs: [200, 2_000],
  callMs: 1_000,
  settleMs: minuteMs,
  pauseMs: minuteMs,
  jitterMs: 15_000,
};
