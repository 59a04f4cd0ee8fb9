import { Readable } from 'node:stream';
import { crc32, createInflate, inflateSync } from 'node:zlib';
import type { Found } from '../../domain/media.ts';
import { broken, refusal, whole } from './errors.ts';

/** Maximum bytes that all texts and colour profiles of a file together decompress to, and maximum number of them. */
const maxDecompressed = 4 * 1024 * 1024;
const maxCompressed = 100;
/**
 * Maximum bytes that the pixels decompress to: 8192x8192 in 32 bits, the largest image (`media-limits.ts`), interlaced
 * or not.
 */
const maxPixelBytes = 300_000_000;
/** Maximum number of damaged texts and profiles, which decoders skip: how much of each was decompressed is unknown. */
const maxDamaged = 4;
/** Maximum number of chunks: the smallest that programs write have 1 KiB, and X accepts 5 MB. */
const maxChunks = 10_000;
const decompressedAtOnce = 256 * 1024;

/** Channels of a pixel by the colour type (PNG, 11.2.1), to be multiplied by the bit depth. */
const channels: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

interface Header {
  width: number;
  height: number;
  bitsPerPixel: number;
  isInterlaced: boolean;
}

interface Chunk {
  type: string;
  data: Buffer;
}

/**
 * Inspects a PNG (W3C PNG, third edition), chunk by chunk to IEND, or to where it is truncated after its pixels: what
 * follows is not part of it. Chunks that decoders need must be complete and match their checksums; other damaged chunks
 * are ignored (13.2). The pixels must decompress to exactly the size in the header: `decompress` checks that, once the
 * size is known to be within limits.
 * @throws DomainError `media_broken`, `media_animated`
 */
export const inspectPng = (bytes: Buffer): { found: Found; decompress: () => Promise<void> } => {
  const chunks = whole('the PNG', () => chunksOf(bytes));
  const header = whole('the PNG', () => headerOf(chunks));
  const pixels = chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data);
  if (pixels.length === 0) throw broken('the PNG has no pixels');
  for (const chunk of chunks) assertKnown(chunk);
  assertTextsDecompress(chunks);
  const { width, height } = header;
  return {
    found: { contentType: 'image/png', width, height, durationMs: null, frames: null },
    decompress: () => assertDecompresses(Buffer.concat(pixels), decompressedBytes(header)),
  };
};

const chunksOf = (bytes: Buffer): Chunk[] => {
  const chunks: Chunk[] = [];
  let at = 8;
  let hasPixels = false;
  for (;;) {
    if (hasPixels && !isWholeAt(bytes, at)) break;
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    const end = at + 8 + length;
    const isNamed = /^[A-Za-z]{4}$/.test(type);
    if (!isNamed && hasPixels) break;
    if (!isNamed) throw broken('the PNG has a chunk with an invalid name');
    const isSound = bytes.readUInt32BE(end) === crc32(bytes.subarray(at + 4, end));
    const isNeeded = /^[A-Z]/.test(type);
    if (!isSound && isNeeded && type !== 'IEND') throw broken('a checksum of the PNG is wrong');
    if (chunks.length === maxChunks) throw broken('the PNG has too many chunks');
    // Kept even if damaged, so that its decompression is checked: not every decoder verifies checksums first.
    chunks.push({ type, data: bytes.subarray(at + 8, end) });
    hasPixels ||= type === 'IDAT';
    at = end + 4;
    if (type === 'IEND') break;
  }
  return chunks;
};

/** Whether there is a complete chunk at this offset. */
const isWholeAt = (bytes: Buffer, at: number): boolean =>
  at + 12 <= bytes.length && at + 12 + bytes.readUInt32BE(at) <= bytes.length;

const headerOf = ([first, ...rest]: readonly Chunk[]): Header => {
  if (first?.type !== 'IHDR' || first.data.length !== 13) throw broken('the PNG does not begin with its header');
  if (rest.some(({ type }) => type === 'IHDR')) throw broken('the PNG has two headers');
  const [width, height] = [first.data.readUInt32BE(0), first.data.readUInt32BE(4)];
  const depth = first.data.readUInt8(8);
  const perPixel = channels[first.data.readUInt8(9)];
  if (perPixel === undefined || ![1, 2, 4, 8, 16].includes(depth)) throw broken('the PNG has an unknown colour type');
  return { width, height, bitsPerPixel: perPixel * depth, isInterlaced: first.data.readUInt8(12) === 1 };
};

const known = new Set(['IHDR', 'PLTE', 'IDAT', 'IEND']);

/** @throws DomainError for a critical chunk that decoders do not know, or an animation */
const assertKnown = ({ type }: Chunk): void => {
  if (/^[A-Z]/.test(type) && !known.has(type)) throw broken(`the PNG has an unknown critical chunk ${type}`);
  if (type === 'acTL')
    throw refusal('media_animated', 'contentType', 'is an animated PNG: X animates only GIFs and videos');
};

/**
 * @throws DomainError if the texts and profiles, all together, decompress to too many bytes, or too many are damaged
 */
const assertTextsDecompress = (chunks: readonly Chunk[]): void => {
  const compressed = chunks.flatMap(({ type, data }) => compressedIn(type, data) ?? []);
  if (compressed.length > maxCompressed) throw broken('the PNG has too many compressed texts');
  let left = maxDecompressed;
  let damaged = 0;
  for (const data of compressed) {
    const decompressed = decompressedLength(data, left);
    if (decompressed === undefined) damaged += 1;
    if (damaged > maxDamaged) throw broken('the PNG has too many damaged texts');
    left -= decompressed ?? 0;
  }
};

/**
 * Number of bytes that a text decompresses to; undefined if it is damaged.
 * @throws DomainError if they exceed `most`
 */
const decompressedLength = (data: Buffer, most: number): number | undefined => {
  try {
    return inflateSync(data, { maxOutputLength: Math.max(1, most) }).length;
  } catch (error) {
    if (errorCode(error) === 'ERR_BUFFER_TOO_LARGE')
      throw broken(`the texts and profiles of the PNG decompress to more than ${maxDecompressed} bytes`);
    return undefined;
  }
};

const errorCode = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

/** The compressed bytes in a chunk (PNG, 11.3.2.3 and 11.3.3); undefined if it has none. */
const compressedIn = (type: string, data: Buffer): Buffer | undefined => {
  const keywordEnd = data.indexOf(0);
  if (type === 'zTXt' || type === 'iCCP') return keywordEnd < 0 ? data : data.subarray(keywordEnd + 2);
  if (type !== 'iTXt' || keywordEnd < 0 || data[keywordEnd + 1] !== 1) return undefined;
  const languageEnd = data.indexOf(0, keywordEnd + 3);
  const translationEnd = languageEnd < 0 ? -1 : data.indexOf(0, languageEnd + 1);
  return data.subarray(translationEnd + 1);
};

/** First pixel and step of each pass of an interlaced image: x, y, dx, dy (PNG, 8.2). */
const passes = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** Decompressed size of the pixels, in bytes: each line of each pass begins with its filter. */
const decompressedBytes = ({ width, height, bitsPerPixel, isInterlaced }: Header): number => {
  const linesOf = (columns: number, lines: number) =>
    columns === 0 ? 0 : lines * (1 + Math.ceil((columns * bitsPerPixel) / 8));
  if (!isInterlaced) return linesOf(width, height);
  return passes.reduce(
    (sum, [x, y, dx, dy]) =>
      sum + linesOf(Math.ceil(Math.max(0, width - x) / dx), Math.ceil(Math.max(0, height - y) / dy)),
    0,
  );
};

/**
 * Decompresses the pixels piece by piece, without keeping them, and checks their size.
 * @throws DomainError `media_broken`
 */
const assertDecompresses = async (pixels: Buffer, wanted: number): Promise<void> => {
  if (wanted > maxPixelBytes) throw broken(`the pixels of the PNG decompress to more than ${maxPixelBytes} bytes`);
  const inflate = createInflate({ chunkSize: decompressedAtOnce });
  const source = Readable.from([pixels]);
  source.pipe(inflate);
  let decompressed = 0;
  try {
    for await (const piece of inflate) {
      decompressed += Buffer.isBuffer(piece) ? piece.length : 0;
      if (decompressed > wanted) break;
    }
  } catch {
    throw broken('the pixels of the PNG do not decompress');
  } finally {
    source.destroy();
  }
  if (decompressed !== wanted) throw broken('the PNG has more or fewer pixels than its header says');
};
