import * as z from 'zod';
import { MediaId } from '#shared/ids.ts';
import { Instant } from '#shared/time.ts';
import { Poll, ReplySettings } from './post-options.ts';

/**
 * Data passed between the tasks of the workflow `publish-post`: `posts.claim` returns what to publish,
 * `accounts.uploadMedia` and `accounts.publishPart` return outcomes, `posts.record` stores them.
 */

/**
 * How long a claim, or a campaign's permit, lets its execution begin calls that publish on X, in milliseconds. From
 * claim to X, a post takes a second and a thread of 25 parts about ten; twice that leaves room for a busy moment
 * without a second claim. It is short because a stop waits that long in the worst case.
 */
export const sendLeaseMs = 20_000;

/** A file in the media bucket. */
const FileToUpload = z.object({
  mediaId: MediaId,
  /** Key in the stage's media bucket. */
  objectKey: z.string(),
  contentType: z.string(),
  bytes: z.int().min(1),
  /** S3 entity tag of the validated bytes: a replaced object is rejected. */
  etag: z.string().nullable().default(null),
});
export type FileToUpload = z.infer<typeof FileToUpload>;

/** A media file of a post; a video with its subtitles (X API, POST /2/media/subtitles). */
export const MediaToUpload = FileToUpload.extend({
  altText: z.string().nullable(),
  subtitles: z.array(FileToUpload.extend({ languageCode: z.string(), name: z.string() })).default([]),
});
export type MediaToUpload = z.infer<typeof MediaToUpload>;

/** One post of a thread; a single post has only part 0. */
export const PartToPublish = z.object({
  part: z.int().min(0),
  text: z.string(),
  /** Whether X detects a link in the text: such a post costs more (X API: pricing). */
  hasUrl: z.boolean().default(false),
  /** Posts of the thread after this one, with and without a link: a thread starts only if the budget covers all of it. */
  later: z.object({ plain: z.int().min(0), withUrl: z.int().min(0) }).default({ plain: 0, withUrl: 0 }),
  mediaIds: z.array(MediaId),
  poll: Poll.nullable().default(null),
  replySettings: ReplySettings.default('everyone'),
  madeWithAi: z.boolean().default(false),
  paidPartnership: z.boolean().default(false),
  /** Before sending, search X for it from this time on: it may be there although no send was recorded. */
  lookSince: Instant.optional(),
  /** When the right to send ends (UTC): no call that publishes begins later. Absent if nothing is to be sent. */
  sendBy: Instant.optional(),
});
export type PartToPublish = z.infer<typeof PartToPublish>;

/** `code` for programs, `reason` in plain words for users. */
const Why = { code: z.string(), reason: z.string() };

const blockers = [
  /** X's limits or ours: retry at `retryAt`. */
  z.object({ outcome: z.literal('rate_limited'), retryAt: Instant, ...Why }),
  /** Whether X accepted it is unknown: search for it on X at `retryAt`. Never resend blindly. */
  z.object({ outcome: z.literal('unsettled'), retryAt: Instant }),
  /** X does not accept it as it is. */
  z.object({ outcome: z.literal('refused'), ...Why }),
  /** The account cannot publish until a person acts. */
  z.object({ outcome: z.literal('account_unwell'), ...Why }),
  /** The workspace's monthly budget does not cover it. Nothing was sent. */
  z.object({ outcome: z.literal('over_budget'), ...Why }),
] as const;

/** The right to send ended before the call began. Nothing was sent; the right has to be requested again. */
const Expired = z.object({ outcome: z.literal('expired') });

export const MediaOutcome = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('ready') }),
  /** X is still processing the file. */
  z.object({ outcome: z.literal('processing'), retryAt: Instant }),
  ...blockers,
]);
export type MediaOutcome = z.infer<typeof MediaOutcome>;

/** Result of one call of `accounts.uploadMedia`: while `uploading`, the workflow calls again at `retryAt`. */
export type UploadOutcome = MediaOutcome | { outcome: 'uploading'; retryAt: string };

export const PartOutcome = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('published'),
    part: z.int().min(0),
    xPostId: z.string(),
    publishedAt: Instant,
    /** What X charges for it, in millionths of a US dollar. */
    costMicros: z.int().min(0).default(0),
  }),
  /** An earlier part, or its media, is not on X yet. */
  z.object({ outcome: z.literal('not_reached') }),
  /** It is not on X, and the task was only to search for it. */
  z.object({ outcome: z.literal('withheld') }),
  /** X shows a post that may be it, but too little to be sure: nothing is sent, and a person has to check. */
  z.object({ outcome: z.literal('unclear'), ...Why }),
  Expired,
  ...blockers,
]);
export type PartOutcome = z.infer<typeof PartOutcome>;

/** Result of deleting or reposting a published post. */
export const OwnPostOutcome = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('done') }),
  Expired,
  ...blockers,
]);
export type OwnPostOutcome = z.infer<typeof OwnPostOutcome>;

/** Result of `campaigns.permit`, checked just before a campaign's post is published. */
export const PermitOutcome = z.object({
  outcome: z.enum(['permitted', 'paused', 'cancelled']),
  /** When the permit ends (UTC): no call that publishes begins later. */
  permittedUntil: Instant.optional(),
});
export type PermitOutcome = z.infer<typeof PermitOutcome>;
