import type { Clock } from '../../shared/time.ts';

/** A token that was replaced is let in no longer than this. In milliseconds. */
const keptMs = 60_000;

/** The operators' token as its secret holds it, read again once a minute. @throws Error when the secret is empty */
export const operatorTokenFrom = (load: () => Promise<string | undefined>, now: Clock): (() => Promise<string>) => {
  let kept: { token: string; readAt: number } | undefined;
  return async () => {
    if (kept && now().getTime() - kept.readAt < keptMs) return kept.token;
    const token = await load();
    if (token === undefined || token === '') throw new Error('The secret of the operators is empty');
    kept = { token, readAt: now().getTime() };
    return token;
  };
};
