import { Readable } from 'node:stream';
import { crc32, createInflate, inflateSync } from 'node:zlib';
import type { Found } from '../../domain/media.ts';
import { broken, refusal, whole } from './errors.ts';

/** Texts and colour profiles decompress to no more than this, all of a file together, and are no more than these. In bytes. */
const maxDecompressed = 4 * 1024 * 1024;
const maxCompressed = 100;
/** Pixels decompress to no more: 8192x8192 in 32 bits, which is the largest picture (`media-limits.ts`), interlaced or not. */
const maxPixelBytes = 300_000_000;
/** Decoders skip damaged texts and profiles; how far one of them had unpacked is unknown. */
const maxDamaged = 4;
/** More pieces than this are no picture: the smallest ones that programs write have 1 KiB, and X takes 5 MB. */
const maxChunks = 10_000;
const decompressedAtOnce = 256 * 1024;

/** Bits of a pixel by the colour type (PNG, 11.2.1), to be multiplied by the depth. */
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
 * A PNG (W3C PNG, third edition), walked to IEND, or to where it is cut after its pixels: what follows is not part of
 * it. Chunks that a decoder needs must be whole and match their checksums; damaged other chunks are left out (13.2).
 * The pixels must unpack to exactly the size in the header: `decompress` checks that, once its size is known to be
 * bounded.
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
    // What decompresses is looked at even so: not every decoder looks at checksums first.
    chunks.push({ type, data: bytes.subarray(at + 8, end) });
    hasPixels ||= type === 'IDAT';
    at = end + 4;
    if (type === 'IEND') break;
  }
  return chunks;
};

/** Whether a chunk lies whole at this place. */
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

/** @throws DomainError for a chunk that decoders stumble over, or that moves */
const assertKnown = ({ type }: Chunk): void => {
  if (/^[A-Z]/.test(type) && !known.has(type)) throw broken(`the PNG has an unknown critical chunk ${type}`);
  if (type === 'acTL')
    throw refusal('media_animated', 'contentType', 'is an animated PNG: X animates only GIFs and videos');
};

/** @throws DomainError when texts and profiles decompress to far more than they are: together, since each costs by itself */
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

/** How many bytes a text decompresses to; undefined when it is damaged. @throws DomainError when they are more than `most` */
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

/** The compressed bytes within a chunk (PNG, 11.3.2.3 and 11.3.3). */
const compressedIn = (type: string, data: Buffer): Buffer | undefined => {
  const keywordEnd = data.indexOf(0);
  if (type === 'zTXt' || type === 'iCCP') return keywordEnd < 0 ? data : data.subarray(keywordEnd + 2);
  if (type !== 'iTXt' || keywordEnd < 0 || data[keywordEnd + 1] !== 1) return undefined;
  const languageEnd = data.indexOf(0, keywordEnd + 3);
  const translationEnd = languageEnd < 0 ? -1 : data.indexOf(0, languageEnd + 1);
  return data.subarray(translationEnd + 1);
};

/** First pixel and step of each pass of an interlaced picture: x, y, dx, dy (PNG, 8.2). */
const passes = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** How many bytes the pixels are: each line of each pass begins with its filter. */
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

/** Decompresses the pixels piece by piece and keeps none. @throws DomainError `media_broken` */
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
