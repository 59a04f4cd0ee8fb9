import * as z from 'zod';
import { change } from '#shared/change.ts';
import { capability } from '#shared/http/operation.ts';
import { pageOf, pageQuery } from '#shared/page.ts';
import { Instant } from '#shared/time.ts';
import { fileFaults, type PostErrors } from '../domain/error-codes.ts';
import { AltText, SaidMediaType, SubtitlesTrack } from '../domain/media.ts';
import { MediaView, onMedia } from '../views.ts';

const operation = capability<PostErrors>({
  name: 'Media',
  group: 'Content',
  description: 'Upload, describe and delete images, videos and subtitles.',
});

export const createMedia = operation({
  id: 'createMedia',
  method: 'POST',
  path: '/v1/media',
  summary: 'Announce a media file and get the place to upload it to',
  description:
    'PUT the file to `upload.url` with exactly `upload.headers`, once, then complete it within a day: until then it takes its ' +
    'bytes of what the workspace may keep, and after that it is gone. Subtitles are files of their own, which a change ' +
    'of the video ties to it.',
  access: 'posts:write',
  request: {
    body: z.strictObject({
      contentType: SaidMediaType,
      bytes: z.int().min(1),
      altText: AltText.default(null),
      madeWithAi: z.boolean().default(false).meta({ description: 'Made by AI: X labels posts that carry it' }),
    }),
  },
  response: z.object({
    media: MediaView,
    upload: z.object({
      method: z.literal('PUT'),
      url: z.url(),
      headers: z.record(z.string(), z.string()),
      expiresAt: Instant,
    }),
  }),
  errors: {
    invalid: ['media_too_large', 'media_without_alt_text'],
    conflict: ['too_many_uploads', 'upload_share_full', 'media_storage_full', 'changed_meanwhile'],
  },
  location: '/v1/media/{media.id}',
});

export const listMedia = operation({
  id: 'listMedia',
  method: 'GET',
  path: '/v1/media',
  summary: 'List media files, the newest first',
  access: 'posts:read',
  request: { query: pageQuery({}) },
  response: pageOf(MediaView),
});

export const getMediaUsage = operation({
  id: 'getMediaUsage',
  method: 'GET',
  path: '/v1/media/usage',
  summary: 'What the media files of the workspace take, and what they may',
  access: 'posts:read',
  response: z
    .object({
      usedBytes: z.int().meta({ description: 'Of kept and announced files' }),
      limitBytes: z.int(),
      files: z.int().meta({ description: 'Files that are kept' }),
      openUploads: z.int().meta({ description: 'Files that are announced and not completed' }),
      mostOpenUploads: z.int().meta({ description: 'Of all; one person may have half of them' }),
    })
    .meta({ id: 'MediaUsage' }),
});

export const deleteMedia = operation({
  id: 'deleteMedia',
  method: 'DELETE',
  path: '/v1/media/{mediaId}',
  summary: 'Delete a media file that no post needs any more',
  description:
    'Refused while a post that is not out uses it (`media_in_use` names them), or a video has it as subtitles. The bytes ' +
    'are gone a moment later, and the workspace has their room back at once. What is on X stays there.',
  access: 'posts:write',
  request: { path: onMedia },
  errors: { 'not-found': ['media_file_not_found'], conflict: ['media_in_use', 'changed_meanwhile'] },
  ifMatch: 'optional',
});

export const completeMedia = operation({
  id: 'completeMedia',
  method: 'POST',
  path: '/v1/media/{mediaId}/complete',
  summary: 'Say that a media file was uploaded; what it is gets checked',
  description:
    'The file is looked into: its type by its bytes, whether it is whole, its size in pixels as it is shown, frames, ' +
    'duration and codecs against what X takes. `media_*` codes tell what is wrong. A file of another type than announced ' +
    'is kept as what it is, as long as it is of the same kind (a picture, a video, subtitles): see `contentType`. What ' +
    'stands behind the end of a picture or a film is no part of it, and X leaves it out.',
  access: 'posts:write',
  request: { path: onMedia },
  response: MediaView,
  status: 200,
  errors: {
    'not-found': ['media_file_not_found'],
    conflict: ['media_not_uploaded', 'changed_meanwhile'],
    unprocessable: [...fileFaults],
  },
  etag: true,
  limit: 'costly',
});

export const getMedia = operation({
  id: 'getMedia',
  method: 'GET',
  path: '/v1/media/{mediaId}',
  summary: 'Read what is known of a media file',
  access: 'posts:read',
  request: { path: onMedia },
  response: MediaView,
  errors: { 'not-found': ['media_file_not_found'] },
  etag: true,
});

export const changeMedia = operation({
  id: 'changeMedia',
  method: 'PATCH',
  path: '/v1/media/{mediaId}',
  summary: 'Change what is said about a media file: alt text, made by AI, subtitles of a video',
  description:
    'Posts that were approved with the words before wait for another approval: the words go out with them. While a post ' +
    'that carries the file can go out by itself, whoever may schedule changes them; others get `post_is_scheduled`.',
  access: 'posts:write',
  request: {
    path: onMedia,
    body: change({ altText: AltText, madeWithAi: z.boolean(), subtitles: z.array(SubtitlesTrack).max(10) }),
  },
  response: MediaView,
  errors: {
    invalid: ['media_without_alt_text'],
    forbidden: ['post_is_scheduled'],
    'not-found': ['media_file_not_found'],
    conflict: ['media_being_deleted', 'changed_meanwhile'],
    unprocessable: [
      'media_not_video',
      'subtitles_language_twice',
      'media_not_found',
      'media_not_uploaded',
      'media_not_subtitles',
    ],
  },
  ifMatch: 'required',
});

export const operations = [
  createMedia,
  listMedia,
  getMediaUsage,
  completeMedia,
  getMedia,
  changeMedia,
  deleteMedia,
] as const;
