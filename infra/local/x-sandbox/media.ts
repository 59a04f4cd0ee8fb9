import * as z from 'zod';
import { mediaTypeOf, Refusal } from './http.ts';
import { inspectPicture } from './media-bytes.ts';
import { EXPIRES_SECONDS, finishOnce, kindOf, newMedia, requireOwn, requireSize } from './media-rules.ts';
import { parseMultipart } from './multipart.ts';
import { type Call, jsonBody, type Operation, type Outcome, param, userOf } from './operation.ts';
import { payloadTooLarge, refuseInvalid } from './problems.ts';
import type { Media } from './state.ts';
import type { World } from './world.ts';

const SCOPES = ['media.write'];

const Id = z.string().regex(/^[0-9]{1,19}$/);
const Category = z.enum([
  ...['amplify_video', 'tweet_gif', 'tweet_image', 'tweet_video', 'dm_gif', 'dm_image', 'dm_video', 'subtitles'],
] as const);
const MediaType = z.enum([
  ...['video/mp4', 'video/webm', 'video/mp2t', 'video/quicktime', 'text/srt', 'text/vtt'],
  ...['image/jpeg', 'image/gif', 'image/bmp', 'image/png', 'image/webp', 'image/pjpeg', 'image/tiff'],
  ...['model/gltf-binary', 'model/vnd.usdz+zip'],
] as const);

const InitializeBody = z.strictObject({
  media_type: MediaType.optional(),
  total_bytes: z.int().min(0).max(17_179_869_184).optional(),
  media_category: Category.optional(),
  additional_owners: z.array(Id).optional(),
  shared: z.boolean().optional(),
});

export const initializeMediaUpload: Operation = {
  id: 'initializeMediaUpload',
  method: 'POST',
  path: '/2/media/upload/initialize',
  auth: 'user',
  scopes: SCOPES,
  async handle(world, call) {
    const owner = userOf(call);
    const body = jsonBody(call, InitializeBody);
    if (body.media_type === undefined) return refuseInvalid('media_type is required.');
    if (body.total_bytes === undefined) return refuseInvalid('total_bytes is required.');
    const kind = kindOf(body.media_category, body.media_type);
    requireSize(kind, owner, body.total_bytes);
    const media = newMedia(world, owner, kind, body.media_type);
    media.totalBytes = body.total_bytes;
    media.otherOwnerIds = body.additional_owners ?? [];
    return { status: 200, body: { data: { id: media.id, media_key: media.key, expires_after_secs: EXPIRES_SECONDS } } };
  },
};

const AppendJson = z.strictObject({ media: z.base64(), segment_index: z.int().min(0).max(999) });

/** Reads the fields of an upload: multipart (with or without a file name), or JSON with base64. */
function appendFields(call: Call): { bytes: Buffer; index: number } {
  if (mediaTypeOf(call.headers) === 'application/json') {
    const body = jsonBody(call, AppendJson);
    return { bytes: Buffer.from(body.media, 'base64'), index: body.segment_index };
  }
  const fields = multipartFields(call, ['media', 'segment_index']);
  const index = fields.get('segment_index')?.toString('utf8') ?? '';
  if (!/^\d{1,3}$/.test(index))
    refuseInvalid('segment_index must be a number from 0 to 999.', { segment_index: [index] });
  return { bytes: fields.get('media') ?? refuseInvalid('media is required.'), index: Number(index) };
}

function multipartFields(call: Call, known: readonly string[]): Map<string, Buffer> {
  const parts = parseMultipart(call.headers['content-type'] ?? '', call.body);
  if (parts === undefined || mediaTypeOf(call.headers) !== 'multipart/form-data') {
    return refuseInvalid('The body must be multipart/form-data or JSON.');
  }
  const unknown = parts.find((part) => !known.includes(part.name));
  if (unknown)
    refuseInvalid(
      `$.${unknown.name}: is not defined in the schema and the schema does not allow additional properties`,
    );
  return new Map(parts.map((part) => [part.name, part.bytes]));
}

export const appendMediaUpload: Operation = {
  id: 'appendMediaUpload',
  method: 'POST',
  path: '/2/media/upload/:id/append',
  auth: 'user',
  scopes: SCOPES,
  async handle(world, call) {
    const media = requireOwn(world, userOf(call), param(call, 'id'));
    if (media.finalizedAt !== undefined) refuseInvalid('The upload is finalized.', { id: [media.id] });
    const { bytes, index } = appendFields(call);
    if (bytes.length > world.state.settings.maxChunkBytes) throw new Refusal(payloadTooLarge());
    if (bytes.length === 0) refuseInvalid('media is empty.');
    await world.media.putSegment(media.id, index, bytes);
    media.segments[index] = bytes.length;
    return { status: 200, body: { data: { expires_at: Math.floor(media.expiresAt / 1000) } } };
  },
};

export const finalizeMediaUpload: Operation = {
  id: 'finalizeMediaUpload',
  method: 'POST',
  path: '/2/media/upload/:id/finalize',
  auth: 'user',
  scopes: SCOPES,
  async handle(world, call): Promise<Outcome> {
    const owner = userOf(call);
    const media = requireOwn(world, owner, param(call, 'id'));
    if (media.finalizedAt === undefined) await finishOnce(world, owner, media);
    return { status: 200, body: { data: statusView(world, media) } };
  },
};

export const getMediaUploadStatus: Operation = {
  id: 'getMediaUploadStatus',
  method: 'GET',
  path: '/2/media/upload',
  auth: 'user',
  scopes: SCOPES,
  query: ['media_id', 'command'],
  async handle(world, call): Promise<Outcome> {
    const command = call.query.get('command');
    if (command !== null && command !== 'STATUS') refuseInvalid('command must be STATUS.', { command: [command] });
    const id = call.query.get('media_id') ?? refuseInvalid('media_id is required.');
    const media = requireOwn(world, userOf(call), id);
    return { status: 200, body: { data: statusView(world, media) } };
  },
};

const ONE_SHOT_TYPES: Record<string, Media['kind']> = {
  tweet_image: 'image',
  dm_image: 'image',
  subtitles: 'subtitles',
};
const OneShotJson = z.strictObject({
  media: z.base64(),
  media_category: z.string(),
  additional_owners: z.string().optional(),
});

/** Upload in a single request, for pictures and subtitles. */
export const mediaUpload: Operation = {
  id: 'mediaUpload',
  method: 'POST',
  path: '/2/media/upload',
  auth: 'user',
  scopes: SCOPES,
  async handle(world, call): Promise<Outcome> {
    const owner = userOf(call);
    const { bytes, category } = oneShotFields(call);
    const kind = Object.hasOwn(ONE_SHOT_TYPES, category) ? ONE_SHOT_TYPES[category] : undefined;
    if (kind === undefined)
      return refuseInvalid('media_category is not supported here.', { media_category: [category] });
    requireSize(kind, owner, bytes.length);
    const type = kind === 'image' ? inspectPicture(bytes)?.mediaType : 'text/srt';
    if (type === undefined) return refuseInvalid('The media type is not recognised.');
    const media = newMedia(world, owner, kind, type);
    await world.media.putSegment(media.id, 0, bytes);
    media.segments[0] = bytes.length;
    await finishOnce(world, owner, media);
    return { status: 200, body: { data: statusView(world, media) } };
  },
};

function oneShotFields(call: Call): { bytes: Buffer; category: string } {
  if (mediaTypeOf(call.headers) === 'application/json') {
    const body = jsonBody(call, OneShotJson);
    return { bytes: Buffer.from(body.media, 'base64'), category: body.media_category };
  }
  const fields = multipartFields(call, ['media', 'media_category', 'additional_owners']);
  const category = fields.get('media_category')?.toString('utf8') ?? refuseInvalid('media_category is required.');
  return { bytes: fields.get('media') ?? refuseInvalid('media is required.'), category };
}

/** Processing status: pending -> in_progress -> succeeded or failed, by the sandbox's clock. */
function processingOf(world: World, media: Media) {
  if (media.readyAt === undefined || media.finalizedAt === undefined) return undefined;
  const left = media.readyAt - world.now();
  if (left <= 0) return media.failed ? { state: 'failed' } : { state: 'succeeded', progress_percent: 100 };
  const done = 1 - left / (media.readyAt - media.finalizedAt);
  const check_after_secs = Math.max(1, Math.ceil(left / 1000));
  if (done < 0.1) return { state: 'pending', check_after_secs };
  return { state: 'in_progress', check_after_secs, progress_percent: Math.floor(done * 100) };
}

function statusView(world: World, media: Media) {
  const processing = processingOf(world, media);
  return {
    id: media.id,
    media_key: media.key,
    size: media.size,
    expires_after_secs: Math.max(0, Math.floor((media.expiresAt - world.now()) / 1000)),
    ...(media.width !== undefined && { image: { image_type: media.mediaType, w: media.width, h: media.height } }),
    ...(media.kind === 'video' && { video: { video_type: media.mediaType } }),
    ...(processing && { processing_info: processing }),
  };
}
