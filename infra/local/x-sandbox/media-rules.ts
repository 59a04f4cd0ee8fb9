import { Refusal } from './http.ts';
import { inspectPicture, videoDurationMs } from './media-bytes.ts';
import { invalidRequest, refuseInvalid, videoTooLong } from './problems.ts';
import type { Media } from './state.ts';
import { isPremium, type User } from './user.ts';
import { nextId, type World } from './world.ts';

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

/** Uploads that no post uses expire after a day. */
export const EXPIRES_SECONDS = 86_400;

/** X's limits on sizes and lengths (docs.x.com, "Media best practices", 2026). */
const IMAGE_BYTES = 5 * MIB;
const GIF = { bytes: 15 * MIB, width: 1280, height: 1080, frames: 350, pixels: 300_000_000 };
const VIDEO = { defaultBytes: 8 * GIB, premiumBytes: 16 * GIB, leastMs: 500, defaultMinutes: 20, premiumMinutes: 125 };

/** Returns the kind of a file, by the category that the client names, else by its media type. */
export function kindOf(category: string | undefined, mediaType: string): Media['kind'] {
  if (category === 'subtitles' || mediaType.startsWith('text/')) return 'subtitles';
  if (category?.endsWith('video') === true || mediaType.startsWith('video/')) return 'video';
  return category?.endsWith('gif') === true || mediaType === 'image/gif' ? 'gif' : 'image';
}

/** Creates an empty upload. */
export function newMedia(world: World, owner: User, kind: Media['kind'], mediaType: string): Media {
  const id = nextId(world);
  const now = world.now();
  const prefix = { image: 3, gif: 16, video: 7, subtitles: 8 }[kind];
  const media: Media = {
    id,
    key: `${prefix}_${id}`,
    ownerId: owner.id,
    otherOwnerIds: [],
    kind,
    mediaType,
    createdAt: now,
    expiresAt: now + EXPIRES_SECONDS * 1000,
    segments: {},
    failed: false,
    size: 0,
    subtitles: [],
  };
  world.state.media[id] = media;
  return media;
}

/** @throws Refusal 400 when X does not accept a file of that kind and size from this user */
export function requireSize(kind: Media['kind'], owner: User, bytes: number): void {
  const video = isPremium(owner) ? VIDEO.premiumBytes : VIDEO.defaultBytes;
  const most = { image: IMAGE_BYTES, gif: GIF.bytes, video, subtitles: MIB }[kind];
  if (bytes > most) refuseInvalid(`File size exceeds ${most} bytes.`, { total_bytes: [String(bytes)] });
}

const finishing = new WeakMap<Media, Promise<void>>();

/** Finalizes an upload; a repeated call while the first is running waits for it. */
export function finishOnce(world: World, owner: User, media: Media): Promise<void> {
  const underWay = finishing.get(media);
  if (underWay) return underWay;
  const work = finish(world, owner, media).finally(() => finishing.delete(media));
  finishing.set(media, work);
  return work;
}

/** Joins the segments and checks the bytes. An invalid picture is refused now; an invalid video fails in processing. */
async function finish(world: World, owner: User, media: Media): Promise<void> {
  const indices = Object.keys(media.segments)
    .map(Number)
    .sort((a, b) => a - b);
  const size = Object.values(media.segments).reduce((sum, bytes) => sum + bytes, 0);
  const gap = indices.some((index, position) => index !== position);
  if (gap || indices.length === 0)
    refuseInvalid('Segments do not add up to the media: some are missing.', { id: [media.id] });
  if (media.totalBytes !== undefined && size !== media.totalBytes) {
    refuseInvalid(`Segments do not add up to provided total file size: ${size} of ${media.totalBytes} bytes.`);
  }
  requireSize(media.kind, owner, size);
  Object.assign(media, await world.media.join(media.id, indices));
  try {
    if (media.kind === 'image' || media.kind === 'gif') await inspect(world, media);
    if (media.kind === 'video') await inspectVideo(world, owner, media);
  } catch (error) {
    // The segments are gone, so this upload is over.
    Reflect.deleteProperty(world.state.media, media.id);
    throw error;
  }
  media.finalizedAt = world.now();
  const processed = media.kind === 'gif' || media.kind === 'video';
  if (processed) media.readyAt = media.finalizedAt + world.state.settings.mediaProcessingMs;
}

/** BMP and TIFF are accepted unchecked, because the sandbox cannot read them. */
async function inspect(world: World, media: Media): Promise<void> {
  if (media.mediaType === 'image/bmp' || media.mediaType === 'image/tiff') return;
  const picture = inspectPicture(await world.media.read(media.id));
  const claimed = media.mediaType === 'image/pjpeg' ? 'image/jpeg' : media.mediaType;
  if (picture?.mediaType !== claimed)
    return refuseInvalid('The media is not of the type that was announced.', { id: [media.id] });
  const { width, height, frames } = picture;
  Object.assign(media, { width, height });
  const large = width > GIF.width || height > GIF.height || frames > GIF.frames || width * height * frames > GIF.pixels;
  if (media.kind === 'gif' && large) {
    refuseInvalid(
      `A GIF may have ${GIF.width}x${GIF.height} pixels, ${GIF.frames} frames and ${GIF.pixels} pixels in all.`,
    );
  }
}

async function inspectVideo(world: World, owner: User, media: Media): Promise<void> {
  if (media.mediaType !== 'video/mp4' && media.mediaType !== 'video/quicktime') return;
  const file = await world.media.openFile(media.id);
  try {
    const duration = await videoDurationMs(file, media.size);
    if (duration !== undefined) media.durationMs = duration;
    media.failed = duration === undefined || duration < VIDEO.leastMs;
  } finally {
    await file.close();
  }
  requireDuration(owner, media);
}

function requireDuration(owner: User, media: Media): void {
  const minutes = isPremium(owner) ? VIDEO.premiumMinutes : VIDEO.defaultMinutes;
  if ((media.durationMs ?? 0) > minutes * 60_000) throw new Refusal(videoTooLong(minutes));
}

/**
 * Returns the file of an upload call.
 * @throws Refusal 400 when it is unknown, another user's, or expired
 */
export function requireOwn(world: World, user: User, id: string): Media {
  const media = world.state.media[id];
  if (media?.ownerId === user.id && media.expiresAt > world.now()) return media;
  return refuseInvalid('Your media IDs are invalid.', { id: [id] });
}

/**
 * Returns the media that a post may use: the author's (or shared with them), finalized, processed, not expired; four
 * photos, one GIF or one video.
 * @throws Refusal 400, or 403 for a video that is too long for this account
 */
export function requireUsableMedia(world: World, author: User, ids: readonly string[]): Media[] {
  const found = ids.map((id) => {
    const media = world.state.media[id];
    const owned = media !== undefined && (media.ownerId === author.id || media.otherOwnerIds.includes(author.id));
    const ready = media?.finalizedAt !== undefined && !media.failed && (media.readyAt ?? 0) <= world.now();
    if (owned && ready && media.expiresAt > world.now() && media.kind !== 'subtitles') return media;
    const message = 'Your media IDs are invalid.';
    throw new Refusal(invalidRequest([{ message, parameters: { 'media.media_ids': [...ids] } }]));
  });
  if (found.length > 1 && found.some((media) => media.kind !== 'image')) {
    refuseInvalid('A post may have up to 4 photos, or 1 GIF, or 1 video.', { 'media.media_ids': [...ids] });
  }
  if (new Set(ids).size !== ids.length) refuseInvalid('Your media IDs are invalid.', { 'media.media_ids': [...ids] });
  for (const media of found) requireDuration(author, media);
  return found;
}
