import * as z from 'zod';
import { jsonOf } from '#shared/json.ts';
import type { Clock } from '#shared/time.ts';

/** Maps an empty value to undefined. */
function orNone(value: string): string | undefined {
  return value === '' ? undefined : value;
}

/** The stage's secret: the X app's credentials and the vault's keys. */
const XSecret = z.object({
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  /** OAuth 1.0a consumer secret, which signs what X delivers to the webhook. Empty or missing: none. */
  consumerSecret: z.string().transform(orNone).optional(),
  /** The app's own token, for calls on behalf of no account. */
  appBearer: z.string().transform(orNone).optional(),
  /** Random characters from which the key is derived. */
  vaultKey: z.string().min(32),
  /** Previous keys, under which tokens may still be encrypted. */
  previousVaultKeys: z.array(z.string().min(32)).default([]),
});
export type XSecret = z.infer<typeof XSecret>;

/** How long the secret is cached, and so until a rotated one is used. In milliseconds. */
const keptMs = 5 * 60_000;

/**
 * Reads the secret on first use and caches it in the container for five minutes. `anew` bypasses the cache, for a
 * caller that knows of something newer.
 * @throws Error naming the missing fields, never a value. There is no fallback.
 */
export const xSecret = (load: () => Promise<string>, now: Clock): ((asked?: { anew: true }) => Promise<XSecret>) => {
  let kept: { secret: XSecret; readAt: number } | undefined;
  return async (asked) => {
    if (kept && !asked && now().getTime() - kept.readAt < keptMs) return kept.secret;
    const secret = parseSecret(await load());
    kept = { secret, readAt: now().getTime() };
    return secret;
  };
};

const parseSecret = (text: string): XSecret => {
  const parsed = XSecret.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  const names = new Set(parsed.error.issues.map((issue) => issue.path.join('.') || 'the JSON object'));
  throw new Error(`The secret of the X app is malformed: ${[...names].join(', ')}`);
};
