import * as z from 'zod';

const Count = z.int().min(0).max(1_000_000_000);
const Seconds = z
  .int()
  .min(1)
  .max(366 * 86_400);

/** How often an operation may be called; an absent number is no limit. */
export const Limit = z.strictObject({
  user15Minutes: Count.optional(),
  user24Hours: Count.optional(),
  app15Minutes: Count.optional(),
  app24Hours: Count.optional(),
});
export type Limit = z.infer<typeof Limit>;

/** What a test or a person may set while the sandbox runs. */
export const Settings = z.strictObject({
  appName: z.string().min(1).max(100),
  clientId: z.string().min(1).max(200),
  clientSecret: z.string().min(1).max(200),
  /** Signs what is delivered to webhooks (OAuth 1.0a). */
  consumerSecret: z.string().min(1).max(200),
  /** The app's own token, besides those that it asks for. */
  appBearer: z.string().min(1).max(200),
  /** Lets webhooks have http and a port. */
  plainWebhooks: z.boolean(),
  /** Subscriptions of activity that the app may have. */
  maxSubscriptions: Count,
  /** The number X names in its billing errors. */
  accountId: z.int().min(1),
  /** Empty: any http(s) redirect URI may be used. */
  redirectUris: z.array(z.url()).max(50),
  codeSeconds: Seconds,
  accessTokenSeconds: Seconds,
  refreshTokenSeconds: Seconds,
  /** How long a GIF or a video is processed after its upload. */
  mediaProcessingMs: z.int().min(0).max(86_400_000),
  maxChunkBytes: z
    .int()
    .min(1)
    .max(8 * 1024 * 1024),
  /** For how long X remembers a text and refuses it a second time. X documents no number. */
  duplicateWindowMs: z
    .int()
    .min(0)
    .max(366 * 86_400_000),
  /** A post shows in timelines only when it is this old. */
  timelineLagMs: z.int().min(0).max(3_600_000),
  /** Whether answers carry the undocumented headers of the 24-hour limits. */
  dayLimitHeaders: z.boolean(),
  /** Prepaid credits in millionths of a dollar; null for no end of them. When spent, everything answers 402. */
  creditMicros: z.int().min(0).nullable(),
  /** Reads of posts that one calendar month may hold. */
  monthlyPostReads: z.int().min(0),
  /** Limits that differ from X's table, by the operation's id. */
  limits: z.record(z.string().min(1).max(60), Limit),
  /** How often posts are seen in the end, by a word of their text; all others as their ids have it. */
  reach: z.record(z.string().min(1).max(60), z.int().min(0).max(1_000_000_000)).optional(),
});
export type Settings = z.infer<typeof Settings>;

/** X's numbers where X documents them; the lifetime of a refresh token (6 months) is what developers report. */
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
