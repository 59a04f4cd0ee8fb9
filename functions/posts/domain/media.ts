import * as z from 'zod';
import { entityFields } from '#shared/entity.ts';
import { DomainError } from '#shared/errors.ts';
import { MediaId, PersonId } from '#shared/ids.ts';
import { text } from '#shared/text.ts';
import { daySeconds, Instant } from '#shared/time.ts';

const mebibyte = 1024 * 1024;

/**
 * Types X takes in a post, and the largest file of each in bytes (X API: media best practices). X takes videos of 8 GB;
 * ours end where a file of at most a thousand segments of one MiB does not take all day. Subtitles are text: the bound
 * is ours.
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

/** Names that programs have for these types, and browsers give by the ending of a file's name. */
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
 * A media type as declared, stored under its canonical name. Types are case-insensitive, and may have parameters (RFC
 * 9110, 8.3.1).
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

/** Text for those who cannot see the file (X API: media metadata, `alt_text`). */
export const AltText = z.string().min(1).max(1000).nullable().meta({
  description: 'Text for people who cannot see the file; null: none. Not for subtitles',
});

/** Subtitles of a video, as a person names them. */
export const SubtitlesTrack = z.strictObject({
  mediaId: MediaId,
  languageCode: z
    .string()
    .regex(/^[A-Z]{2}$/, 'must be two capital letters such as EN or DE')
    .meta({ description: 'Language as two capital letters, such as EN or DE' }),
  name: text(60).meta({ description: 'Name of the track that viewers see' }),
});
export type SubtitlesTrack = z.infer<typeof SubtitlesTrack>;

/** A track with what is known of its file, which stays as it is once it is ready. */
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
    /** Made by AI, as declared when it was announced: X labels posts that carry such a file. */
    madeWithAi: z.boolean().default(false).meta({ description: 'Whether the file was made with AI' }),
    status: z
      .enum(['awaiting_upload', 'ready'])
      .meta({ description: '`awaiting_upload`: not completed yet; `ready`: can be used in posts' }),
    /** S3's entity tag of the bytes that were checked: no others go out under this id. */
    etag: z.string().nullable().default(null),
    /** In pixels, as it is shown; null of subtitles, and until the file was looked into. */
    width: z.int().nullable().default(null).meta({
      description: 'Displayed width in pixels; null for subtitles and until completed',
    }),
    height: z.int().nullable().default(null).meta({
      description: 'Displayed height in pixels; null for subtitles and until completed',
    }),
    /** Null of what does not move. */
    durationMs: z.int().nullable().default(null).meta({
      description: 'Duration in milliseconds; null for still images and subtitles, and until completed',
    }),
    /** Of an animated GIF; null of other files. */
    frames: z.int().nullable().default(null).meta({ description: 'Number of frames of a GIF; null for other files' }),
    /** Of a video. */
    subtitles: z.array(KeptTrack).max(10).default([]),
    /** Unix seconds after which it is forgotten: a file that was never completed, or the record of a deleted one. */
    ttl: z.int().optional(),
    /** When it was deleted; left out of a file that is there. */
    deletedAt: Instant.optional(),
    /** Who changed its description since it was announced, each with the latest time. `schedules`: their role did. */
    describedBy: z
      .array(z.object({ personId: PersonId, at: Instant, schedules: z.boolean().default(true) }))
      .default([]),
  })
  .meta({ id: 'Media' });
export type Media = z.infer<typeof Media>;

/** What is found in the bytes of a file. */
export type Found = Pick<Media, 'contentType' | 'width' | 'height' | 'durationMs' | 'frames'>;

/**
 * How long an announced file may take until it is completed. What lies at its place is removed no sooner: S3 rounds
 * the lifetime of a day up to the next midnight (infra/stacks/media.ts).
 */
export const uploadSeconds = daySeconds;

/** A media file as it is announced. @param endsAt Unix seconds at which the announcement ends */
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

/** What a file is to a post. */
export const kindOf = (contentType: MediaType): 'image' | 'video' | 'text' =>
  contentType.startsWith('image/') ? 'image' : contentType.startsWith('video/') ? 'video' : 'text';

export const isVideo = ({ contentType }: Pick<Media, 'contentType'>): boolean => kindOf(contentType) === 'video';
export const isSubtitles = ({ contentType }: Pick<Media, 'contentType'>): boolean => kindOf(contentType) === 'text';

/** Where a media file lies in the stage's bucket: tenants apart by prefix. Nobody's signed link reaches it. */
export const objectKeyOf = ({ workspaceId, id }: { workspaceId: string; id: string }): string => `${workspaceId}/${id}`;

/** What is uploaded and not completed lies under this prefix, where the bucket forgets it after a day. */
export const pendingPrefix = 'pending/';

/** Where a client's signed link leads. */
export const pendingKeyOf = (file: { workspaceId: string; id: string }): string => pendingPrefix + objectKeyOf(file);

/** Why a media file cannot be used as it is. @param path of the field, such as `body.bytes` */
export const unusable = (kind: 'invalid' | 'unprocessable', code: string, path: string, message: string): DomainError =>
  new DomainError(kind, code, `The media file cannot be used: ${path.split('.').at(-1) ?? path} ${message}.`, {
    fields: [{ path, code, message }],
  });

/** @throws DomainError `media_too_large` when X would not take a file of that type and size. */
export const assertSize = (contentType: MediaType, bytes: number): void => {
  if (bytes > largestBytes[contentType])
    throw unusable('invalid', 'media_too_large', 'body.bytes', atMost(contentType));
};

/** The same of an uploaded file, which may be of another type than announced. @throws DomainError `media_too_large` */
export const assertFits = (contentType: MediaType, bytes: number): void => {
  if (bytes > largestBytes[contentType])
    throw unusable('unprocessable', 'media_too_large', 'bytes', atMost(contentType));
};

const atMost = (contentType: MediaType): string =>
  `must be at most ${largestBytes[contentType]} bytes for ${contentType}`;

/** @throws DomainError `media_without_alt_text`: subtitles are text themselves. */
export const assertDescribable = (media: Pick<Media, 'contentType' | 'altText'>): void => {
  if (isSubtitles(media) && media.altText !== null)
    throw unusable('invalid', 'media_without_alt_text', 'body.altText', 'is not allowed for subtitles');
};

/** What was found at the file's place after the upload. */
export interface Uploaded {
  bytes: number;
  etag: string | null;
}

/** The file at its place. @throws DomainError when nothing is there, or not as many bytes as were announced. */
export const assertUploaded = <File extends Uploaded>(media: Media, file: File | undefined): File => {
  if (!file)
    throw new DomainError('conflict', 'media_not_uploaded', 'The file has not been uploaded yet. Upload it first.');
  if (file.bytes !== media.bytes) throw mismatch('bytes', `are ${file.bytes}, not the declared ${media.bytes}`);
  return file;
};

/**
 * The media as ready to be used: it has no end any more, and the type that it is of.
 * @throws DomainError `media_mismatch` when that is another kind of file than announced: a video in place of a picture
 */
export const complete = ({ ttl: _, ...media }: Media, uploaded: Uploaded, found: Found): Media => {
  if (kindOf(found.contentType) !== kindOf(media.contentType))
    throw mismatch('contentType', `is ${found.contentType}, not the declared ${media.contentType}`);
  return { ...media, ...found, status: 'ready', etag: uploaded.etag };
};

/** The record of a deleted file, without its description. @param ttl Unix seconds until it is forgotten */
export const removed = (media: Media, now: Date, ttl: number): Media => ({
  ...media,
  altText: null,
  subtitles: [],
  deletedAt: now.toISOString(),
  ttl,
});

/** The file is something else than was announced. */
export const mismatch = (field: 'bytes' | 'contentType', message: string): DomainError =>
  unusable('unprocessable', 'media_mismatch', field, message);
