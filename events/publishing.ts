import * as z from 'zod';
import { MediaId } from '#shared/ids.ts';
import { text } from '#shared/text.ts';
import { Instant } from '#shared/time.ts';

/**
 * What the tasks of the workflow `publish-post` hand to each other: `posts.claim` says what is to go out,
 * `accounts.uploadMedia` and `accounts.publishPart` say what became of it, `posts.record` takes that down.
 */

/** A file, where it lies and what it is. */
const FileToUpload = z.object({
  mediaId: MediaId,
  /** Key in the stage's media bucket. */
  objectKey: z.string(),
  contentType: z.string(),
  bytes: z.int().min(1),
  /** S3's entity tag of the bytes that were checked: other bytes in their place are not taken. */
  etag: z.string().nullable().default(null),
});
export type FileToUpload = z.infer<typeof FileToUpload>;

/** A media file of a post; a video with its subtitles (X API, POST /2/media/subtitles). */
export const MediaToUpload = FileToUpload.extend({
  altText: z.string().nullable(),
  subtitles: z.array(FileToUpload.extend({ languageCode: z.string(), name: z.string() })).default([]),
});
export type MediaToUpload = z.infer<typeof MediaToUpload>;

/** Who may reply to a post (X API, POST /2/tweets: `reply_settings`; left out for everyone). */
export const ReplySettings = z.enum(['everyone', 'following', 'mentionedUsers', 'subscribers', 'verified']);
export type ReplySettings = z.infer<typeof ReplySettings>;

/** A poll (X API, POST /2/tweets: 2 to 4 options of 1 to 25 characters, 5 minutes to 7 days). */
export const Poll = z.strictObject({
  options: z.array(text(25)).min(2).max(4),
  durationMinutes: z.int().min(5).max(10_080),
});
export type Poll = z.infer<typeof Poll>;

/** One post of a thread; a post that is no thread has part 0 alone. */
export const PartToPublish = z.object({
  part: z.int().min(0),
  text: z.string(),
  /** Whether X finds a link in the text: such a post costs more (X API: pricing). */
  hasUrl: z.boolean().default(false),
  /** How many posts of the thread come after it, with a link and without: a thread begins only when it can be paid. */
  later: z.object({ plain: z.int().min(0), withUrl: z.int().min(0) }).default({ plain: 0, withUrl: 0 }),
  mediaIds: z.array(MediaId),
  poll: Poll.nullable().default(null),
  replySettings: ReplySettings.default('everyone'),
  madeWithAi: z.boolean().default(false),
  paidPartnership: z.boolean().default(false),
  /** Since when it may be on X although nobody knows of a send: it is looked for there. */
  lookSince: Instant.optional(),
});
export type PartToPublish = z.infer<typeof PartToPublish>;

/** `code` for programs, `reason` in words that a marketer understands. */
const Why = { code: z.string(), reason: z.string() };

const blockers = [
  /** X's limits or ours: the same try may go through at `retryAt`. */
  z.object({ outcome: z.literal('rate_limited'), retryAt: Instant, ...Why }),
  /** Nobody knows yet whether X took it: at `retryAt` it is looked for on X. Never sent again blindly. */
  z.object({ outcome: z.literal('unsettled'), retryAt: Instant }),
  /** X will not take it as it is. */
  z.object({ outcome: z.literal('refused'), ...Why }),
  /** The account cannot publish until a person does something. */
  z.object({ outcome: z.literal('account_unwell'), ...Why }),
  /** The workspace's budget of the month does not allow it. Nothing was sent. */
  z.object({ outcome: z.literal('over_budget'), ...Why }),
] as const;

export const MediaOutcome = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('ready') }),
  /** X still works on the file. */
  z.object({ outcome: z.literal('processing'), retryAt: Instant }),
  ...blockers,
]);
export type MediaOutcome = z.infer<typeof MediaOutcome>;

/** What one call of `accounts.uploadMedia` comes to: while it is `uploading`, the workflow calls again at `retryAt`. */
export type UploadOutcome = MediaOutcome | { outcome: 'uploading'; retryAt: string };

export const PartOutcome = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('published'),
    part: z.int().min(0),
    xPostId: z.string(),
    publishedAt: Instant,
    /** What X bills for it, in millionths of a US dollar. */
    costMicros: z.int().min(0).default(0),
  }),
  /** A part before it, or its media, is not on X yet. */
  z.object({ outcome: z.literal('not_reached') }),
  /** It is not on X, and was only to be looked for there. */
  z.object({ outcome: z.literal('withheld') }),
  /** X shows a post that may be it, and not enough of it to tell: nothing is sent, and a person has to look. */
  z.object({ outcome: z.literal('unclear'), ...Why }),
  ...blockers,
]);
export type PartOutcome = z.infer<typeof PartOutcome>;

/** What became of a deletion or a repost of a post that is out. */
export const OwnPostOutcome = z.discriminatedUnion('outcome', [z.object({ outcome: z.literal('done') }), ...blockers]);
export type OwnPostOutcome = z.infer<typeof OwnPostOutcome>;

/** What `campaigns.permit` answers just before a campaign's post goes out. */
export const PermitOutcome = z.object({ outcome: z.enum(['permitted', 'paused', 'cancelled']) });
export type PermitOutcome = z.infer<typeof PermitOutcome>;
