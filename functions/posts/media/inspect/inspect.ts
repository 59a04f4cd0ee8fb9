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

/** Bytes at the start of an announced file that are enough to identify it. */
const headBytes = 512;

/**
 * What an uploaded file really is: inspected as far as its picture or its text goes, or by its index if it is a video.
 * Pictures are held in memory for that, at most fifteen MiB; of a video, 64 KiB at a time. The file's own type counts,
 * whatever type was announced, as long as both are pictures, videos or subtitles.
 * @throws DomainError `media_mismatch` when they are not, `media_too_large` when it exceeds the limit of its own type,
 * `media_broken` when it is damaged, and the code of the limit of X that it exceeds
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

/** What X takes of each kind, for people. */
const taken = {
  image: 'JPEG, PNG, WebP, GIF',
  video: 'MP4 and QuickTime with H.264 and AAC',
  text: 'SubRip and WebVTT',
};

/** The type of a file by its first bytes. @throws DomainError `media_mismatch` when it is of another kind than announced */
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

/** @throws DomainError with the code of the first of X's limits that it exceeds */
const withinLimits = (found: Found, frameRate?: number): Found => {
  const excess = excessOf(found, frameRate);
  if (excess) throw refusal(excess.code, excess.field, excess.message);
  return found;
};
