import * as z from 'zod';

const Count = z.int().min(0).max(1_000_000_000);
const Seconds = z
  .int()
  .min(1)
  .max(366 * 86_400);

/** Rate limits of an operation; an absent number is no limit. */
export const Limit = z.strictObject({
  user15Minutes: Count.optional(),
  user24Hours: Count.optional(),
  app15Minutes: Count.optional(),
  app24Hours: Count.optional(),
});
export type Limit = z.infer<typeof Limit>;

/** Settings that tests or people can change while the sandbox runs. */
export const Settings = z.strictObject({
  appName: z.string().min(1).max(100),
  clientId: z.string().min(1).max(200),
  clientSecret: z.string().min(1).max(200),
  /** Signs deliveries to webhooks (OAuth 1.0a). */
  consumerSecret: z.string().min(1).max(200),
  /** The app's own token, in addition to those that it requests. */
  appBearer: z.string().min(1).max(200),
  /** Allows webhooks with http and a port. */
  plainWebhooks: z.boolean(),
  /** Maximum number of activity subscriptions of the app. */
  maxSubscriptions: Count,
  /** The account id in X's billing errors. */
  accountId: z.int().min(1),
  /** Empty: any http(s) redirect URI is allowed. */
  redirectUris: z.array(z.url()).max(50),
  codeSeconds: Seconds,
  accessTokenSeconds: Seconds,
  refreshTokenSeconds: Seconds,
  /** How long processing a GIF or video takes after its upload. */
  mediaProcessingMs: z.int().min(0).max(86_400_000),
  maxChunkBytes: z
    .int()
    .min(1)
    .max(8 * 1024 * 1024),
  /** How long X remembers a text and refuses to post it again. X documents no number. */
  duplicateWindowMs: z
    .int()
    .min(0)
    .max(366 * 86_400_000),
  /** Age from which a post shows in timelines. */
  timelineLagMs: z.int().min(0).max(3_600_000),
  /** Whether responses have the undocumented headers of the 24-hour limits. */
  dayLimitHeaders: z.boolean(),
  /** Prepaid credits in millionths of a dollar; null: unlimited. When spent, every call returns 402. */
  creditMicros: z.int().min(0).nullable(),
  /** Maximum number of post reads per calendar month. */
  monthlyPostReads: z.int().min(0),
  /** Limits that differ from X's documented ones, by operation id. */
  limits: z.record(z.string().min(1).max(60), Limit),
  /** Final impressions of posts whose text contains a word, by that word; others derive them from their ids. */
  reach: z.record(z.string().min(1).max(60), z.int().min(0).max(1_000_000_000)).optional(),
});
export type Settings = z.infer<typeof Settings>;

/** X's documented numbers where there are any; the lifetime of a refresh token (6 months) is what developers report. */
export const DEFAULT_SETTINGS: Settings = {
  appName: 'X sandbox app',
  clientId: 'x-sandbox-app',
  clientSecret: 'x-sandbox-secret',
  consumerSecret: 'x-sandbox-consumer-secret',
  appBearer: 'x-sandbox-app-bearer',
  plainWebhooks: false,
  maxSubscriptions: 1_500,
  accountId: 1_000_001,
  redirectUris: [],
  codeSeconds: 30,
  accessTokenSeconds: 7200,
  refreshTokenSeconds: 182 * 86_400,
  mediaProcessingMs: 2000,
  maxChunkBytes: 4 * 1024 * 1024,
  duplicateWindowMs: 86_400_000,
  timelineLagMs: 0,
  dayLimitHeaders: true,
  creditMicros: null,
  monthlyPostReads: 3_000_000,
  limits: {},
};
