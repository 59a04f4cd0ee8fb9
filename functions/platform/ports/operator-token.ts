import type { Clock } from '#shared/time.ts';

/** A token that was replaced is let in no longer than this. In milliseconds. */
const keptMs = 60_000;

/** The operators' token as its secret holds it, read again once a minute. */
export const operatorTokenFrom = (load: () => Promise<string>, now: Clock): (() => Promise<string>) => {
  let kept: { token: string; readAt: number } | undefined;
  return async () => {
    if (kept && now().getTime() - kept.readAt < keptMs) return kept.token;
    const token = await load();
    kept = { token, readAt: now().getTime() };
    return token;
  };
};
