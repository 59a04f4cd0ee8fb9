import * as z from 'zod';
import { change } from '#shared/change.ts';
import { capability } from '#shared/http/operation.ts';
import { MediaId } from '#shared/ids.ts';
import { pageOf, pageQuery } from '#shared/page.ts';
import { Instant } from '#shared/time.ts';
import { fileFaults, type PostErrors } from '../domain/error-codes.ts';
import { AltText, Media, SaidMediaType, SubtitlesTrack } from '../domain/media.ts';

const operation = capability<PostErrors>({
  name: 'Media',
  group: 'Content',
  description: 'Upload, describe and delete images, videos and subtitles.',
});

const onMedia = z.strictObject({ mediaId: MediaId });

export const MediaView = Media.omit({
  workspaceId: true,
  correlationId: true,
  chain: true,
  changedBy: true,
  etag: true,
  ttl: true,
  deletedAt: true,
  describedBy: true,
})
  .extend({
    subtitles: z
      .array(z.object(SubtitlesTrack.shape))
      .meta({ description: 'Subtitles of a video, one file per language' }),
  })
  .meta({ id: 'MediaView', description: 'A media file: what it is and how it is described' });

export const createMedia = operation({
  id: 'createMedia',
  method: 'POST',
  path: '/v1/media',
  summary: 'Create a media file and get its upload URL',
  description:
    'PUT the file to `upload.url` once, with exactly `upload.headers`, then call ' +
    '`POST /v1/media/{mediaId}/complete`. Its size counts against the media storage of the workspace from now on; a file ' +
    'that is not completed within 24 hours is discarded. Subtitles are separate files; attach them with ' +
    '`PATCH /v1/media/{mediaId}` of the video. Maximum sizes: images 5 MiB, GIFs 15 MiB, videos 512 MiB, subtitles 1 MiB.',
  access: 'posts:write',
  request: {
    body: z.strictObject({
      contentType: SaidMediaType,
      bytes: z.int().min(1).meta({ description: 'Exact size of the file in bytes' }),
      altText: AltText.default(null),
      madeWithAi: z
        .boolean()
        .default(false)
        .meta({ description: 'Whether the file was made with AI; posts that carry it must set `madeWithAi`' }),
    }),
  },
  response: z.object({
    media: MediaView,
    upload: z
      .object({
        method: z.literal('PUT'),
        url: z.url().meta({ description: 'Signed URL to PUT the file to, for one upload' }),
        headers: z
          .record(z.string(), z.string())
          .meta({ description: 'Headers to send with the file, exactly as given' }),
        expiresAt: Instant.meta({ description: 'When the URL expires (UTC)' }),
      })
      .meta({ description: 'The request that uploads the file' }),
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
  summary: 'List media files, newest first',
  access: 'posts:read',
  request: { query: pageQuery({}) },
  response: pageOf(MediaView),
});

export const getMediaUsage = operation({
  id: 'getMediaUsage',
  method: 'GET',
  path: '/v1/media/usage',
  summary: 'Get the media storage usage and limits of the workspace',
  access: 'posts:read',
  response: z
    .object({
      usedBytes: z.int().meta({ description: 'Size of all completed files and open uploads, in bytes' }),
      limitBytes: z.int().meta({ description: 'Media storage limit of the workspace, in bytes' }),
      files: z.int().meta({ description: 'Number of completed files' }),
      openUploads: z.int().meta({ description: 'Number of files that await completion' }),
      mostOpenUploads: z
        .int()
        .meta({ description: 'Limit of open uploads in the workspace; one person can have half of them' }),
    })
    .meta({ id: 'MediaUsage' }),
});

export const deleteMedia = operation({
  id: 'deleteMedia',
  method: 'DELETE',
  path: '/v1/media/{mediaId}',
  summary: 'Delete a media file',
  description:
    'Refused with `media_in_use` while a post that has not been published yet uses the file, or a video has it as subtitles. ' +
    'Its storage is freed immediately; the bytes are erased shortly after. Media on X stays there.',
  access: 'posts:write',
  request: { path: onMedia },
  errors: { 'not-found': ['media_file_not_found'], conflict: ['media_in_use', 'changed_meanwhile'] },
  ifMatch: 'optional',
});

export const completeMedia = operation({
  id: 'completeMedia',
  method: 'POST',
  path: '/v1/media/{mediaId}/complete',
  summary: 'Complete an upload and validate the file',
  description:
    'Checks that the file is intact and that X accepts its type, dimensions, frames, duration and codecs; `media_*` ' +
    'codes say what is wrong. If its real type differs from the declared one but is of the same kind (image, video, ' +
    'subtitles), the file is kept and `contentType` is corrected. Data after the end of an image or video is ignored.',
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
  summary: 'Get a media file',
  description: 'Returns the metadata of the file, not its bytes.',
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
  summary: 'Change the alt text, AI label or subtitles of a media file',
  description:
    'Alt text and subtitles are part of the approved content: posts that carry the file and have not been published yet need a ' +
    'new approval after a change. While such a post is scheduled, waits for its launched campaign to schedule it, or is held ' +
    'for any reason other than a missing approval, a change after launch or a policy finding, or if more than 90 posts use ' +
    'the file, only roles that may schedule can change it; others get `post_is_scheduled`.',
  access: 'posts:write',
  request: {
    path: onMedia,
    body: change({
      altText: AltText,
      madeWithAi: z.boolean().meta({
        description: 'Whether the file was made with AI; posts that carry it must set `madeWithAi`',
      }),
      subtitles: z
        .array(SubtitlesTrack)
        .max(10)
        .meta({ description: 'Subtitles of a video, one file per language; replaces the current list' }),
    }),
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
