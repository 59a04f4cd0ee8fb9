import * as z from 'zod';
import { jsonOf } from '#shared/json.ts';
import type { Clock } from '#shared/time.ts';

/** An empty value is none. */
function orNone(value: string): string | undefined {
  return value === '' ? undefined : value;
}

/** The stage's secret: the X app's credentials, and the key of the vault. */
const XSecret = z.object({
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  /** OAuth 1.0a: signs what X delivers to the webhook. Empty or missing: the app has none. */
  consumerSecret: z.string().transform(orNone).optional(),
  /** The app's own token, for calls that no account makes. */
  appBearer: z.string().transform(orNone).optional(),
  /** Random characters, from which the key is derived. */
  vaultKey: z.string().min(32),
  /** Keys before it, under which tokens may still lie. */
  previousVaultKeys: z.array(z.string().min(32)).default([]),
});
export type XSecret = z.infer<typeof XSecret>;

/** A rotated secret is in use this much later, in milliseconds. */
const keptMs = 5 * 60_000;

/**
 * The secret, read at its first use and cached in the container for five minutes. `anew` reads it regardless of the
 * cache, for a caller that knows of something newer.
 * @throws Error that names what is missing, never a value: nothing works without it, and nothing stands in for it.
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
