import type { Found } from '../../domain/media.ts';
import { broken, whole } from './errors.ts';
import { isSideways } from './exif.ts';

/** Maximum number of scans: a progressive JPEG has about ten, and thousands keep decoders busy for hours. */
const maxScans = 100;

/** Frames of baseline, extended and progressive JPEGs (ITU-T T.81, table B.1); X displays no others. */
const shownFrames = new Set([0xc0, 0xc1, 0xc2]);
const otherFrames = new Set([0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf]);

/**
 * Inspects a JPEG (ITU-T T.81), marker by marker to the end of its first image, as decoders do. What follows is not
 * part of it: the second image of an Ultra HDR photo (CIPA DC-007), the video of a motion photo, what Samsung appends.
 * Width and height are as displayed.
 *
 * A JPEG without its end is refused, though decoders display the rest: only decoding could distinguish it from half a
 * photo.
 * @throws DomainError `media_broken` if it is truncated
 */
export const inspectJpeg = (bytes: Buffer): Found => whole('the JPEG', () => walk(bytes));

const walk = (bytes: Buffer): Found => {
  let size: { width: number; height: number } | undefined;
  let turned: boolean | undefined;
  let scans = 0;
  let at = markerFrom(bytes, 2);
  for (;;) {
    const marker = bytes.readUInt8(at + 1);
    if (marker === 0xd9) break;
    if (marker === 0xd8) throw broken('the JPEG has two start markers');
    const start = at + 4;
    const end = at + 2 + bytes.readUInt16BE(at + 2);
    if (end < start) throw broken('a segment of the JPEG is invalid');
    if (otherFrames.has(marker)) throw broken('the JPEG uses a coding that X does not show: save it as baseline');
    if (shownFrames.has(marker)) {
      if (size) throw broken('the JPEG has two images in one');
      size = { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    }
    if (marker === 0xe1) turned ??= isSideways(bytes.subarray(start, end));
    if (marker === 0xda) {
      scans += 1;
      if (!size || scans > maxScans) throw broken('the JPEG has too many scans, or one without a frame');
    }
    // Coded image data follows the header of its scan; an FF in it does not begin a segment (T.81, B.1.1.5).
    at = markerFrom(bytes, end);
  }
  if (!size || scans === 0) throw broken('the JPEG has no image');
  const { width, height } = size;
  const shown = turned === true ? { width: height, height: width } : size;
  return { contentType: 'image/jpeg', ...shown, durationMs: null, frames: null };
};

/** Where the next segment begins. Like decoders, skips fill bytes and anything else between segments. */
const markerFrom = (bytes: Buffer, start: number): number => {
  let at = start;
  for (;;) {
    at = bytes.indexOf(0xff, at);
    if (at < 0) throw broken('the JPEG ends too early');
    if (isSegment(bytes.readUInt8(at + 1))) return at;
    at += 1;
  }
};

/** Markers without a length, such as a restart, are not segments (T.81, B.1.1.3). */
const isSegment = (marker: number): boolean => marker > 1 && marker < 0xff && !isRestart(marker);
const isRestart = (marker: number): boolean => marker >= 0xd0 && marker <= 0xd7;
