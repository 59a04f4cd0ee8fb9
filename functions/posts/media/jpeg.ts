import type { Found } from '../domain/media.ts';
import { broken, whole } from './refusal.ts';

/** A progressive JPEG has about ten scans; thousands of them keep decoders busy for hours. */
const mostScans = 100;

/** Frames of a baseline, extended and progressive JPEG (ITU-T T.81, table B.1); X shows no others. */
const shownFrames = new Set([0xc0, 0xc1, 0xc2]);
const otherFrames = new Set([0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf]);

/**
 * A JPEG (ITU-T T.81), walked marker by marker to its end.
 * @throws DomainError `media_broken` when it is cut, or something stands behind its end
 */
export const lookIntoJpeg = (bytes: Buffer): Found => whole('the JPEG', () => walk(bytes));

const walk = (bytes: Buffer): Found => {
  let size: { width: number; height: number } | undefined;
  let scans = 0;
  let at = 2;
  for (;;) {
    if (bytes.readUInt8(at) !== 0xff) throw broken('the JPEG has something between its segments');
    const marker = bytes.readUInt8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === 0xd9) break;
    const length = bytes.readUInt16BE(at + 2);
    const end = at + 2 + length;
    if (length < 2 || marker === 0 || (marker >= 0xd0 && marker <= 0xd8)) throw broken('a segment of the JPEG is none');
    if (otherFrames.has(marker)) throw broken('the JPEG is of a kind that X does not show');
    if (shownFrames.has(marker)) {
      if (size) throw broken('the JPEG has two pictures');
      size = { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    }
    if (marker === 0xda) {
      scans += 1;
      if (!size || scans > mostScans) throw broken('the JPEG has scans without end');
      at = pastScan(bytes, end);
    } else {
      at = end;
    }
  }
  if (at + 2 !== bytes.length) throw broken('something stands behind the end of the JPEG');
  if (!size || scans === 0) throw broken('the JPEG has no picture');
  return { contentType: 'image/jpeg', ...size, durationMs: null, frames: null };
};

/** Where the next segment begins: within a scan, FF is followed by 00 or a restart marker (T.81, B.1.1.5). */
const pastScan = (bytes: Buffer, start: number): number => {
  let at = start;
  for (;;) {
    at = bytes.indexOf(0xff, at);
    if (at < 0) throw broken('the JPEG ends too early');
    const next = bytes.readUInt8(at + 1);
    if (next !== 0 && !(next >= 0xd0 && next <= 0xd7)) return at;
    at += 2;
  }
};
