import * as z from 'zod';

/** How many posts X accepts (X API: rate limits, POST /2/tweets). A reply of a thread counts as a post. */
export const XLimits = z.strictObject({
  accountPostsPerWindow: z
    .int()
    .min(1)
    .default(100)
    .meta({ description: 'Posts of one account per 15-minute window of X' }),
  accountPostsPerDay: z
    .int()
    .min(1)
    .nullable()
    .default(null)
    .meta({ description: 'Posts of one account per UTC day; null: no limit, as X documents none' }),
  appPostsPerDay: z.int().min(1).default(10_000).meta({ description: 'Posts of all workspaces together per UTC day' }),
});
export type XLimits = z.infer<typeof XLimits>;

/** Length of X's rate limit window for posts of an account. */
export const windowMs = 15 * 60_000;
