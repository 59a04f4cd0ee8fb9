import * as z from 'zod';
import { operation } from '../../../shared/http/operation.ts';
import { Instant } from '../../../shared/time.ts';
import { MediaType } from '../domain/media.ts';
import { MediaView, onMedia } from './views.ts';

export const createMedia = operation({
  id: 'createMedia',
  method: 'POST',
  path: '/v1/media',
  summary: 'Announce a media file and get the place to upload it to',
  description: 'PUT the file to `upload.url` with exactly `upload.headers`, then complete it.',
  access: 'posts:write',
  request: {
    body: z.strictObject({
      contentType: MediaType,
      bytes: z.int().min(1),
      altText: z.string().min(1).max(1000).nullable().default(null),
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
  errors: [],
});

export const completeMedia = operation({
  id: 'completeMedia',
  method: 'POST',
  path: '/v1/media/{mediaId}/complete',
  summary: 'Say that a media file was uploaded; what it is gets checked',
  access: 'posts:write',
  request: { path: onMedia },
  response: MediaView,
  status: 200,
  errors: ['not-found', 'conflict', 'unprocessable'],
  etag: true,
});

export const getMedia = operation({
  id: 'getMedia',
  method: 'GET',
  path: '/v1/media/{mediaId}',
  summary: 'Read what is known of a media file',
  access: 'posts:read',
  request: { path: onMedia },
  response: MediaView,
  errors: ['not-found'],
  etag: true,
});

export const operations = [createMedia, completeMedia, getMedia] as const;
