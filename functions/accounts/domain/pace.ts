/** How long to wait for X, as set by the stage. In seconds. */
export interface PaceSeconds {
  /** X takes or refuses a call within this time, or the call is cut. */
  callSeconds: number;
  /** The function's own time-out: no call of one invocation starts later. */
  functionSeconds: number;
  /** X is not there, or not itself: tried again after this long. Most such spells are short. */
  pauseSeconds: number;
  /** Calls that waited for the same instant are spread over this long. */
  jitterSeconds: number;
  /** X blocks the app as a whole (credits, caps, enrolment), which people fix: tried again after this long. */
  appPauseSeconds: number;
}

/** The same in milliseconds, and what follows from it. */
export interface Pace {
  callMs: number;
  functionMs: number;
  /**
   * After an intent, the time until its call can no longer land and what landed shows in the timeline. It is also the
   * lease of the intent: no other process sends the part before it ends.
   */
  settleMs: number;
  pauseMs: number;
  jitterMs: number;
  appPauseMs: number;
}

/** Longer than the function and its call may take together, and half of that again for X. In seconds. */
export const settleSecondsOf = ({ callSeconds, functionSeconds }: PaceSeconds): number =>
  1.5 * (callSeconds + functionSeconds);

export const paceOf = (seconds: PaceSeconds): Pace => ({
  callMs: seconds.callSeconds * 1000,
  functionMs: seconds.functionSeconds * 1000,
  settleMs: settleSecondsOf(seconds) * 1000,
  pauseMs: seconds.pauseSeconds * 1000,
  jitterMs: seconds.jitterSeconds * 1000,
  appPauseMs: seconds.appPauseSeconds * 1000,
});
