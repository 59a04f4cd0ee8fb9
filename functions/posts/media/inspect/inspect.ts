import { assertFits, type Found, kindOf, type Media, type MediaType, mismatch } from '../../domain/media.ts';
import { excessOf } from '../../domain/media-limits.ts';
import type { StoredFile } from '../../ports/media-files.ts';
import { broken, refusal } from './errors.ts';
import { inspectGif } from './gif.ts';
import { inspectJpeg } from './jpeg.ts';
import { inspectVideo } from './mp4.ts';
import { inspectPng } from './png.ts';
import { throughWindow } from './range-reader.ts';
import { foreignType, sniff } from './sniff.ts';
import { inspectSubtitles } from './subtitles.ts';
import { inspectWebp } from './webp.ts';

/** Bytes at the start of a file that suffice to identify it. */
const headBytes = 512;

/**
 * Inspects what an uploaded file really is: an image or subtitles to the end, a video by its index. Images are held in
 * memory for that, at most 15 MiB; of a video, 64 KiB at a time. The file's real type counts, whatever type was
 * announced, as long as both are images, videos or subtitles.
 * @throws DomainError `media_mismatch` if they are not, `media_too_large` beyond the limit of its real type,
 *   `media_broken` if it is damaged, or the code of the limit of X that it exceeds
 */
export const inspect = async (announced: Pick<Media, 'contentType'>, file: StoredFile): Promise<Found> => {
  const head = await file.read(0, Math.min(headBytes, file.bytes));
  const contentType = typeOf(announced.contentType, head);
  assertFits(contentType, file.bytes);
  if (contentType === 'video/mp4' || contentType === 'video/quicktime') {
    const { found, frameRate } = await inspectVideo(throughWindow(file));
    return withinLimits(found, frameRate);
  }
  const bytes = Buffer.from(await file.read(0, file.bytes));
  if (bytes.length !== file.bytes) throw broken('it ends too early');
  switch (contentType) {
    case 'image/png': {
      const { found, decompress } = inspectPng(bytes);
      withinLimits(found);
      await decompress();
      return found;
    }
    case 'image/gif':
      return withinLimits(inspectGif(bytes));
    case 'image/jpeg':
      return withinLimits(inspectJpeg(bytes));
    case 'image/webp':
      return withinLimits(inspectWebp(bytes));
    default:
      return inspectSubtitles(bytes, contentType);
  }
};

/** What X accepts of each kind, for people. */
const taken = {
  image: 'JPEG, PNG, WebP, GIF',
  video: 'MP4 and QuickTime with H.264 and AAC',
  text: 'SubRip and WebVTT',
};

/** The type of a file by its first bytes. @throws DomainError `media_mismatch` if it is another kind than announced */
const typeOf = (announced: MediaType, head: Uint8Array): MediaType => {
  const seems = sniff(head);
  const other = seems ?? foreignType(head);
  // Subtitles can begin with any words, so the whole file decides what they are.
  const isText = other === undefined || (seems && kindOf(seems) === 'text');
  if (isText && kindOf(announced) === 'text') return announced;
  if (seems && kindOf(seems) === kindOf(announced)) return seems;
  if (seems) throw mismatch('contentType', `is ${seems}, not ${announced}: create it with its real type`);
  const kind = other?.startsWith('video/') ? 'video' : other?.startsWith('image/') ? 'image' : kindOf(announced);
  throw mismatch('contentType', `is ${other ?? 'of an unknown type'}: X accepts ${taken[kind]}`);
};

/** @throws DomainError with the code of the first limit of X that the file exceeds */
const withinLimits = (found: Found, frameRate?: number): Found => {
  const excess = excessOf(found, frameRate);
  if (excess) throw refusal(excess.code, excess.field, excess.message);
  return found;
};
