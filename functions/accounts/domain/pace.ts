/** How long to wait for X, as configured for the stage. In seconds. */
export interface PaceSeconds {
  /** Timeout of a call to X. */
  callSeconds: number;
  /** The function's own timeout; no call of an invocation starts later. */
  functionSeconds: number;
  /** Delay before retrying when X is unreachable or failing; most such outages are short. */
  pauseSeconds: number;
  /** Period over which retries that wait for the same instant are spread. */
  jitterSeconds: number;
  /** Delay before retrying when X blocks the entire app (credits, caps, enrolment), which takes people to fix. */
  appPauseSeconds: number;
}

/** The same in milliseconds, and the settle time derived from it. */
export interface Pace {
  callMs: number;
  functionMs: number;
  /**
   * Time after an intent until its call can no longer reach X and its post shows in the timeline. It is also the lease
   * of the intent: no other process sends the part before it ends.
   */
  settleMs: number;
  pauseMs: number;
  jitterMs: number;
  appPauseMs: number;
}

/**
 * Returns one and a half times what the function and its call can take together; the extra half is for X. In seconds.
 */
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
