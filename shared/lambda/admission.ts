import * as z from 'zod';
import { parseEnvironment } from '../environment.ts';
import { bucketsIn } from '../http/lease.ts';
import { type RateLimiter, rateLimiter } from '../http/rate-limit.ts';
import { RateLimits } from '../http/rates.ts';
import { jsonOf } from '../json.ts';
import type { Observability } from '../observability.ts';
import type { Table } from '../table.ts';

/** Decides which requests a function accepts. */
export interface Admission {
  limiter?: RateLimiter | undefined;
  /** The secret that CloudFront sends; undefined: requests may come from anywhere. */
  originSecret?: string | undefined;
}

const Limits = z.string().transform((text, context) => {
  const parsed = RateLimits.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  context.addIssue({ code: 'custom', message: 'must be the limits of the stage' });
  return z.NEVER;
});

/**
 * Returns the stage's admission, from the environment of every function: `RATE_LIMITS` and `ORIGIN_SECRET`. Buckets are
 * stored in the context's table; a context without one has only API Gateway's limits.
 * @throws Error, which stops the cold start, when a value is malformed.
 */
export const admissionOf = (
  environment: NodeJS.ProcessEnv,
  table: Table | undefined,
  observability: Observability,
): Admission => {
  const { RATE_LIMITS: limits, ORIGIN_SECRET: originSecret } = parseEnvironment(
    { RATE_LIMITS: Limits.optional(), ORIGIN_SECRET: z.string().min(32).optional() },
    environment,
  );
  if (!limits || !table) return { originSecret };
  const limiter = rateLimiter({ limits, buckets: bucketsIn(table), now: table.now, observability });
  return { limiter, originSecret };
};
