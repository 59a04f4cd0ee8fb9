/** What is tried: each has wrong tries of its own, so that nobody locks the sign-in of another by guessing a code. */
export type TryKind = 'sign_in' | 'totp' | 'reset' | 'password' | 'network';

/** Wrong tries a person may have in a row before they wait. */
export const triesPerPerson = 5;

/** Wrong tries are remembered this long after the last of them, in seconds. */
export const rememberedSeconds = 24 * 60 * 60;

const shortestWaitSeconds = 60;
const longestWaitSeconds = 60 * 60;

/** How long, in seconds, to wait after so many wrong tries in a row: a minute at first, twice as long with each more. */
export const waitAfter = (tries: number, allowed: number): number =>
  tries < allowed ? 0 : Math.min(longestWaitSeconds, shortestWaitSeconds * 2 ** Math.min(tries - allowed, 10));
