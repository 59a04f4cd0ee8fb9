import { excessOf } from '../domain/media-limits.ts';
import { mismatch, type Found, type Media, type MediaType } from '../domain/media.ts';
import { throughWindow, type StoredFile } from './file-ranges.ts';
import { lookIntoGif } from './gif.ts';
import { lookIntoJpeg } from './jpeg.ts';
import { lookIntoPng } from './png.ts';
import { broken, refusal } from './refusal.ts';
import { lookIntoSubtitles } from './subtitles.ts';
import { lookIntoVideo } from './video.ts';
import { lookIntoWebp } from './webp.ts';

/** The type a file seems to be by its first bytes; undefined for what X does not take. */
export const sniff = (head: Uint8Array): MediaType | undefined => {
  const text = Buffer.from(head).toString('latin1');
  if (text.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (/^GIF8[79]a/.test(text)) return 'image/gif';
  if (/^RIFF[^]{4}WEBP/.test(text)) return 'image/webp';
  if (/^[^]{4}ftypqt {2}/.test(text) || /^[^]{4}(?:moov|mdat|wide|free|skip|pnot)/.test(text)) return 'video/quicktime';
  if (/^[^]{4}ftyp/.test(text)) return 'video/mp4';
  if (/^(?:\xef\xbb\xbf)?WEBVTT(?:[ \t\r\n]|$)/.test(text)) return 'text/vtt';
  return /^(?:\xef\xbb\xbf)?\s{0,8}\d{1,9}\s{1,2}\d{2}:\d{2}:/.test(text) ? 'text/srt' : undefined;
};

/**
 * What an uploaded file really is: looked into from its first byte to its last, or by its index where it is a video.
 * Pictures lie in memory for that, at most fifteen MiB; of a video, 64 KiB at a time.
 * @throws DomainError `media_mismatch` when it is not the type that was announced, `media_broken` when it is damaged or
 *   two files in one, and a code of the limit of X that it is over
 */
export const lookInto = async ({ contentType }: Pick<Media, 'contentType'>, file: StoredFile): Promise<Found> => {
  const head = await file.read(0, Math.min(64, file.bytes));
  const seems = sniff(head);
  if (seems !== contentType) throw mismatch('contentType', `is ${seems ?? 'none that X takes'}, not ${contentType}`);
  if (contentType === 'video/mp4' || contentType === 'video/quicktime') {
    const { found, frameRate } = await lookIntoVideo(throughWindow(file));
    return withinLimits(found, frameRate);
  }
  const bytes = Buffer.from(await file.read(0, file.bytes));
  if (bytes.length !== file.bytes) throw broken('it ends too early');
  switch (contentType) {
    case 'image/png': {
      const { found, unfold } = lookIntoPng(bytes);
      withinLimits(found);
      await unfold();
      return found;
    }
    case 'image/gif':
      return withinLimits(lookIntoGif(bytes));
    case 'image/jpeg':
      return withinLimits(lookIntoJpeg(bytes));
    case 'image/webp':
      return withinLimits(lookIntoWebp(bytes));
    default:
      return lookIntoSubtitles(bytes, contentType);
  }
};

/** @throws DomainError with the code of the first of X's limits that it is over */
const withinLimits = (found: Found, frameRate?: number): Found => {
  const excess = excessOf(found, frameRate);
  if (excess) throw refusal(excess.code, excess.field, excess.message);
  return found;
};
