import * as z from 'zod';
import { entityFields } from '#shared/entity.ts';
import { DomainError } from '#shared/errors.ts';
import { MediaId, PersonId } from '#shared/ids.ts';
import { text } from '#shared/text.ts';
import { daySeconds, Instant } from '#shared/time.ts';

const mebibyte = 1024 * 1024;

/**
 * Types that X accepts in a post, and the maximum size of each in bytes (X API: media best practices). X accepts videos
 * of 8 GB; ours are smaller, so that an upload in segments of one MiB, at most a thousand, does not take all day. The
 * limit for subtitles is ours.
 */
const largestBytes = {
  'image/jpeg': 5 * mebibyte,
  'image/png': 5 * mebibyte,
  'image/webp': 5 * mebibyte,
  'image/gif': 15 * mebibyte,
  'video/mp4': 512 * mebibyte,
  'video/quicktime': 512 * mebibyte,
  'text/srt': mebibyte,
  'text/vtt': mebibyte,
} as const;

export const MediaType = z.enum([
  ...(['image/jpeg', 'image/png', 'image/webp', 'image/gif'] as const),
  ...(['video/mp4', 'video/quicktime', 'text/srt', 'text/vtt'] as const),
]);
export type MediaType = z.infer<typeof MediaType>;

/** Aliases of these types that programs use, or browsers derive from file name extensions. */
const otherNames = {
  'image/jpg': 'image/jpeg',
  'image/pjpeg': 'image/jpeg',
  'image/x-png': 'image/png',
  'video/x-m4v': 'video/mp4',
  'application/x-subrip': 'text/srt',
} as const satisfies Record<string, MediaType>;
const isOtherName = (name: string): name is keyof typeof otherNames => Object.hasOwn(otherNames, name);

const saidTypes = [...MediaType.options, ...Object.keys(otherNames)];

/**
 * A declared media type, stored under its canonical name. Types are case-insensitive and can have parameters (RFC 9110,
 * 8.3.1).
 */
export const SaidMediaType = z
  .string()
  .overwrite((said) => said.replace(/;.*$/s, '').trim().toLowerCase())
  .overwrite((said) => (isOtherName(said) ? otherNames[said] : said))
  .pipe(MediaType)
  .meta({
    description: 'Type of the file: an image, a video or subtitles. Some common aliases are accepted',
    enum: saidTypes,
  });

/** Alternative text for people who cannot see the file (X API: media metadata, `alt_text`). */
export const AltText = z.string().min(1).max(1000).nullable().meta({
  description: 'Text for people who cannot see the file; null: none. Not for subtitles',
});

/** A subtitle track of a video, as a request names it. */
export const SubtitlesTrack = z.strictObject({
  mediaId: MediaId,
  languageCode: z
    .string()
    .regex(/^[A-Z]{2}$/, 'must be two capital letters such as EN or DE')
    .meta({ description: 'Language as two capital letters, such as EN or DE' }),
  name: text(60).meta({ description: 'Name of the track that viewers see' }),
});
export type SubtitlesTrack = z.infer<typeof SubtitlesTrack>;

/** A track with facts about its file, which do not change once the file is ready. */
const KeptTrack = SubtitlesTrack.extend({ contentType: MediaType, bytes: z.int(), etag: z.string().nullable() });

export const Media = z
  .object({
    id: MediaId,
    ...entityFields,
    contentType: MediaType.meta({ description: 'Declared type; once completed, the type that was found' }),
    bytes: z.int().min(1).meta({ description: 'Size in bytes' }),
    altText: z
      .string()
      .max(1000)
      .nullable()
      .meta({ description: 'Text for people who cannot see the file; null: none' }),
    /** Whether it was made with AI, as declared on announcement: X labels posts with such files. */
    madeWithAi: z.boolean().default(false).meta({ description: 'Whether the file was made with AI' }),
    status: z
      .enum(['awaiting_upload', 'ready'])
      .meta({ description: '`awaiting_upload`: not completed yet; `ready`: can be used in posts' }),
    /** S3 entity tag of the bytes that were checked: no other bytes are published under this id. */
    etag: z.string().nullable().default(null),
    width: z.int().nullable().default(null).meta({
      description: 'Displayed width in pixels; null for subtitles and until completed',
    }),
    height: z.int().nullable().default(null).meta({
      description: 'Displayed height in pixels; null for subtitles and until completed',
    }),
    durationMs: z.int().nullable().default(null).meta({
      description: 'Duration in milliseconds; null for still images and subtitles, and until completed',
    }),
    frames: z.int().nullable().default(null).meta({ description: 'Number of frames of a GIF; null for other files' }),
    /** Subtitle tracks of a video. */
    subtitles: z.array(KeptTrack).max(10).default([]),
    /** Unix seconds after which the item expires: a file that was never completed, or the record of a deleted one. */
    ttl: z.int().optional(),
    /** When the file was deleted; absent if it was not. */
    deletedAt: Instant.optional(),
    /**
     * Who changed its description since the announcement, with their latest time. `schedules`: whether their role may
     * schedule.
     */
    describedBy: z
      .array(z.object({ personId: PersonId, at: Instant, schedules: z.boolean().default(true) }))
      .default([]),
  })
  .meta({ id: 'Media' });
export type Media = z.infer<typeof Media>;

/** What inspecting the bytes of a file found. */
export type Found = Pick<Media, 'contentType' | 'width' | 'height' | 'durationMs' | 'frames'>;

/**
 * How long an announced file may take to be completed. Its upload is not removed earlier: S3 rounds the lifetime of a
 * day up to the next midnight (infra/stacks/media.ts).
 */
export const uploadSeconds = daySeconds;

/**
 * A newly announced media file.
 * @param endsAt Unix seconds at which the announcement expires
 */
export const announced = (
  said: Pick<Media, 'id' | 'workspaceId' | 'contentType' | 'bytes' | 'altText' | 'madeWithAi'>,
  endsAt: number,
) => ({
  ...said,
  ttl: endsAt,
  status: 'awaiting_upload' as const,
  etag: null,
  width: null,
  height: null,
  durationMs: null,
  frames: null,
  subtitles: [],
  describedBy: [],
});

/** The kind of a file in a post; subtitles are text. */
export const kindOf = (contentType: MediaType): 'image' | 'video' | 'text' =>
  contentType.startsWith('image/') ? 'image' : contentType.startsWith('video/') ? 'video' : 'text';

export const isVideo = ({ contentType }: Pick<Media, 'contentType'>): boolean => kindOf(contentType) === 'video';
export const isSubtitles = ({ contentType }: Pick<Media, 'contentType'>): boolean => kindOf(contentType) === 'text';

/** Key of a media file in the stage's bucket, with a prefix per workspace. Signed upload links do not reach it. */
export const objectKeyOf = ({ workspaceId, id }: { workspaceId: string; id: string }): string => `${workspaceId}/${id}`;

/** Prefix of files that were uploaded but not completed; the bucket deletes them after a day. */
export const pendingPrefix = 'pending/';

/** Key that a client's signed link uploads to. */
export const pendingKeyOf = (file: { workspaceId: string; id: string }): string => pendingPrefix + objectKeyOf(file);

/**
 * The error for a media file that cannot be used as it is.
 * @param path of the field, such as `body.bytes`
 */
export const unusable = (kind: 'invalid' | 'unprocessable', code: string, path: string, message: string): DomainError =>
  new DomainError(kind, code, `The media file cannot be used: ${path.split('.').at(-1) ?? path} ${message}.`, {
    fields: [{ path, code, message }],
  });

/** @throws DomainError `media_too_large` if the file is larger than allowed for its type */
export const assertSize = (contentType: MediaType, bytes: number): void => {
  if (bytes > largestBytes[contentType])
    throw unusable('invalid', 'media_too_large', 'body.bytes', atMost(contentType));
};

/**
 * Like `assertSize`, for an uploaded file, whose type may differ from the announced one.
 * @throws DomainError `media_too_large`
 */
export const assertFits = (contentType: MediaType, bytes: number): void => {
  if (bytes > largestBytes[contentType])
    throw unusable('unprocessable', 'media_too_large', 'bytes', atMost(contentType));
};

const atMost = (contentType: MediaType): string =>
  `must be at most ${largestBytes[contentType]} bytes for ${contentType}`;

/** @throws DomainError `media_without_alt_text` for subtitles, which are text themselves */
export const assertDescribable = (media: Pick<Media, 'contentType' | 'altText'>): void => {
  if (isSubtitles(media) && media.altText !== null)
    throw unusable('invalid', 'media_without_alt_text', 'body.altText', 'is not allowed for subtitles');
};

/** What the upload left at the file's key. */
export interface Uploaded {
  bytes: number;
  etag: string | null;
}

/** Returns the uploaded file. @throws DomainError if it is missing, or its size is not the announced one */
export const assertUploaded = <File extends Uploaded>(media: Media, file: File | undefined): File => {
  if (!file)
    throw new DomainError('conflict', 'media_not_uploaded', 'The file has not been uploaded yet. Upload it first.');
  if (file.bytes !== media.bytes) throw mismatch('bytes', `are ${file.bytes}, not the declared ${media.bytes}`);
  return file;
};

/**
 * The file as ready for use: with the type that was found, and without expiry.
 * @throws DomainError `media_mismatch` if it is another kind of file than announced, such as a video instead of an
 *   image
 */
export const complete = ({ ttl: _, ...media }: Media, uploaded: Uploaded, found: Found): Media => {
  if (kindOf(found.contentType) !== kindOf(media.contentType))
    throw mismatch('contentType', `is ${found.contentType}, not the declared ${media.contentType}`);
  return { ...media, ...found, status: 'ready', etag: uploaded.etag };
};

/**
 * The record of a deleted file, without its description.
 * @param ttl Unix seconds after which the record expires
 */
export const removed = (media: Media, now: Date, ttl: number): Media => ({
  ...media,
  altText: null,
  subtitles: [],
  deletedAt: now.toISOString(),
  ttl,
});

/** The error for a file that is not what was announced. */
export const mismatch = (field: 'bytes' | 'contentType', message: string): DomainError =>
  unusable('unprocessable', 'media_mismatch', field, message);
