import type { Clock } from '#shared/time.ts';

/** Longest time that a replaced token is still accepted, in milliseconds. */
const keptMs = 60_000;

/** Returns a loader of the operators' token, which is cached for a minute. */
export const operatorTokenFrom = (load: () => Promise<string>, now: Clock): (() => Promise<string>) => {
  let kept: { token: string; readAt: number } | undefined;
  return async () => {
    if (kept && now().getTime() - kept.readAt < keptMs) return kept.token;
    const token = await load();
    kept = { token, readAt: now().getTime() };
    return token;
  };
};
