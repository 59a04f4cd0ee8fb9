import * as z from 'zod';
import { entityFields } from '../../../shared/entity.ts';
import { DomainError } from '../../../shared/errors.ts';
import { MediaId } from '../../../shared/ids.ts';

/** Image types X takes in a post, and the largest file of each in bytes (X API: media best practices). */
const largestBytes = {
  'image/jpeg': 5_242_880,
  'image/png': 5_242_880,
  'image/webp': 5_242_880,
  'image/gif': 15_728_640,
} as const;

export const MediaType = z.enum(['image/jpeg', 'image/png', 'image/webp', 'image/gif']);
export type MediaType = z.infer<typeof MediaType>;

export const Media = z
  .object({
    id: MediaId,
    ...entityFields,
    contentType: MediaType,
    bytes: z.int().min(1),
    altText: z.string().max(1000).nullable(),
    status: z.enum(['awaiting_upload', 'ready']),
    /** S3's entity tag of the bytes that were checked: no others go out under this id. */
    etag: z.string().nullable().default(null),
  })
  .meta({ id: 'Media' });
export type Media = z.infer<typeof Media>;

/** Where a media file lies in the stage's bucket: tenants apart by prefix. */
export const objectKeyOf = ({ workspaceId, id }: Pick<Media, 'workspaceId' | 'id'>): string => `${workspaceId}/${id}`;

/** @throws DomainError `media_too_large` when X would not take a file of that type and size. */
export const assertSize = (contentType: MediaType, bytes: number): void => {
  const most = largestBytes[contentType];
  if (bytes <= most) return;
  throw new DomainError('invalid', 'media_too_large', `X takes ${contentType} files of at most ${most} bytes.`, {
    fields: [{ path: 'body.bytes', code: 'media_too_large', message: `must be at most ${most}` }],
  });
};

/** The type a file really has, by its first bytes; undefined for what X does not take. */
export const sniff = (head: Uint8Array): MediaType | undefined => {
  const text = Buffer.from(head).toString('latin1');
  if (text.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (/^GIF8[79]a/.test(text)) return 'image/gif';
  if (/^RIFF[^]{4}WEBP/.test(text)) return 'image/webp';
  return undefined;
};

/** What was found at the file's place after the upload. */
export interface Uploaded {
  bytes: number;
  head: Uint8Array;
  etag: string | null;
}

/** The media as ready to be used. @throws DomainError when what was uploaded is not what was announced. */
export const complete = (media: Media, uploaded: Uploaded | undefined): Media => {
  if (media.status === 'ready') return media;
  if (!uploaded)
    throw new DomainError('conflict', 'media_not_uploaded', 'Nothing was uploaded yet: PUT the file first.');
  if (uploaded.bytes !== media.bytes || sniff(uploaded.head) !== media.contentType) {
    const said = `The uploaded file is not the ${media.contentType} of ${media.bytes} bytes that was announced.`;
    throw new DomainError('unprocessable', 'media_mismatch', said);
  }
  return { ...media, status: 'ready', etag: uploaded.etag };
};
