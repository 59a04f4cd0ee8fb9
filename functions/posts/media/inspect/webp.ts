import type { Found } from '../../domain/media.ts';
import { broken, refusal, whole } from './errors.ts';

interface Chunk {
  type: string;
  data: Buffer;
}

/** Maximum number of chunks: a still image has a handful. */
const maxChunks = 10_000;

/**
 * Inspects a WebP (RFC 9649), chunk by chunk to the end given in its header; what follows is not part of it. A chunk
 * that is truncated after the image, and a missing padding byte, are ignored as by decoders.
 * @throws DomainError `media_broken`, `media_animated`
 */
export const inspectWebp = (bytes: Buffer): Found => whole('the WebP', () => walk(bytes));

const walk = (bytes: Buffer): Found => {
  const chunks = chunksOf(bytes);
  if (chunks.some(({ type }) => type === 'ANIM' || type === 'ANMF'))
    throw refusal('media_animated', 'contentType', 'is an animated WebP: X animates only GIFs and videos');
  const pictures = chunks.filter(isPicture);
  const [first] = chunks;
  const [picture] = pictures;
  if (!first || !picture || pictures.length > 1) throw broken('the WebP has no image, or several');
  const size = picture.type === 'VP8L' ? losslessSize(picture.data) : lossySize(picture.data);
  if (first.type === 'VP8X') {
    const [width, height] = [first.data.readUIntLE(4, 3) + 1, first.data.readUIntLE(7, 3) + 1];
    if (width !== size.width || height !== size.height) throw broken('the WebP has another size than its header says');
  }
  return { contentType: 'image/webp', ...size, durationMs: null, frames: null };
};

const chunksOf = (bytes: Buffer): Chunk[] => {
  const within = Math.min(bytes.readUInt32LE(4) + 8, bytes.length);
  const chunks: Chunk[] = [];
  let at = 12;
  while (within - at >= 8) {
    const length = bytes.readUInt32LE(at + 4);
    const end = at + 8 + length;
    const type = bytes.toString('latin1', at, at + 4);
    if (end > within) {
      if (chunks.some(isPicture)) break;
      throw broken('the WebP ends too early');
    }
    if (chunks.length === maxChunks) throw broken('the WebP has too many chunks');
    chunks.push({ type, data: bytes.subarray(at + 8, end) });
    at = end + (length % 2);
  }
  return chunks;
};

const isPicture = ({ type }: Chunk): boolean => type === 'VP8 ' || type === 'VP8L';

/** Size in the key frame of a lossy image (RFC 6386, 9.1). */
const lossySize = (data: Buffer) => {
  const tag = data.readUIntLE(0, 3);
  if ((tag & 1) !== 0 || data.readUIntBE(3, 3) !== 0x9d012a || tag >> 5 > data.length - 10)
    throw broken('the image data of the WebP is invalid');
  return { width: data.readUInt16LE(6) & 0x3fff, height: data.readUInt16LE(8) & 0x3fff };
};

/** Size in the header of a lossless image (RFC 9649, 3.4). */
const losslessSize = (data: Buffer) => {
  const bits = data.readUInt32LE(1);
  if (data.readUInt8(0) !== 0x2f || bits >>> 29 !== 0) throw broken('the image data of the WebP is invalid');
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
};
