import type { FileHandle } from 'node:fs/promises';

/** Facts read from the bytes of a picture. */
interface Picture {
  mediaType: string;
  width: number;
  height: number;
  /** 1 for a still picture. */
  frames: number;
}

/** Recognises PNG, GIF, JPEG and WebP by their first bytes; undefined for anything else, or a truncated file. */
export function inspectPicture(bytes: Buffer): Picture | undefined {
  try {
    return png(bytes) ?? gif(bytes) ?? jpeg(bytes) ?? webp(bytes);
  } catch (error) {
    // Read past the end: the file is shorter than its header says.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function png(bytes: Buffer): Picture | undefined {
  if (bytes.subarray(0, 8).toString('latin1') !== '\x89PNG\r\n\x1a\n') return undefined;
  return { mediaType: 'image/png', width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20), frames: 1 };
}

/** Counts the frames of a GIF by its blocks. */
function gif(bytes: Buffer): Picture | undefined {
  if (!/^GIF8[79]a/.test(bytes.subarray(0, 6).toString('latin1'))) return undefined;
  const colourTable = (flags: number) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  const skipSubBlocks = (start: number): number => {
    let at = start;
    while (bytes.readUInt8(at) !== 0) at += bytes.readUInt8(at) + 1;
    return at + 1;
  };
  let frames = 0;
  let at = 13 + colourTable(bytes.readUInt8(10));
  while (at < bytes.length && bytes.readUInt8(at) !== 0x3b) {
    if (bytes.readUInt8(at) === 0x21) {
      at = skipSubBlocks(at + 2);
    } else if (bytes.readUInt8(at) === 0x2c) {
      frames += 1;
      at = skipSubBlocks(at + 11 + colourTable(bytes.readUInt8(at + 9)));
    } else {
      // After a complete frame, decoders stop at anything that is not a block.
      if (frames === 0) return undefined;
      break;
    }
  }
  return {
    mediaType: 'image/gif',
    width: bytes.readUInt16LE(6),
    height: bytes.readUInt16LE(8),
    frames: Math.max(1, frames),
  };
}

/** Finds the frame header of a JPEG by its markers. */
function jpeg(bytes: Buffer): Picture | undefined {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return undefined;
  // Decoders skip anything between two segments.
  for (let at = bytes.indexOf(0xff, 2); at >= 0; at = bytes.indexOf(0xff, at)) {
    const marker = bytes.readUInt8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const frameHeader = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (frameHeader) {
      return {
        mediaType: 'image/jpeg',
        width: bytes.readUInt16BE(at + 7),
        height: bytes.readUInt16BE(at + 5),
        frames: 1,
      };
    }
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}

function webp(bytes: Buffer): Picture | undefined {
  if (bytes.subarray(0, 4).toString('latin1') !== 'RIFF' || bytes.subarray(8, 12).toString('latin1') !== 'WEBP')
    return undefined;
  const kind = bytes.subarray(12, 16).toString('latin1');
  const picture = (width: number, height: number): Picture => ({ mediaType: 'image/webp', width, height, frames: 1 });
  if (kind === 'VP8X') return picture(bytes.readUIntLE(24, 3) + 1, bytes.readUIntLE(27, 3) + 1);
  if (kind === 'VP8 ') return picture(bytes.readUInt16LE(26) & 0x3fff, bytes.readUInt16LE(28) & 0x3fff);
  const bits = bytes.readUInt32LE(21);
  return kind === 'VP8L' ? picture((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1) : undefined;
}

/**
 * Reads the duration of an MP4 or QuickTime file from its movie header (ISO 14496-12, 8.2.2), without reading the rest.
 * @returns milliseconds, or undefined when the file is not such a video
 */
export async function videoDurationMs(file: FileHandle, size: number): Promise<number | undefined> {
  const movie = await findBox(file, 'moov', 0, size);
  const header = movie && (await findBox(file, 'mvhd', movie.start, movie.end));
  if (!header) return undefined;
  const bytes = Buffer.alloc(32);
  const { bytesRead } = await file.read(bytes, 0, 32, header.start);
  if (bytesRead < 20) return undefined;
  const long = bytes.readUInt8(0) === 1;
  if (long && bytesRead < 32) return undefined;
  const timescale = bytes.readUInt32BE(long ? 20 : 12);
  const duration = long ? Number(bytes.readBigUInt64BE(24)) : bytes.readUInt32BE(16);
  return timescale === 0 ? undefined : Math.round((duration / timescale) * 1000);
}

/** Returns the content range of the first box of this type between two offsets. */
async function findBox(file: FileHandle, type: string, start: number, end: number) {
  const head = Buffer.alloc(16);
  let at = start;
  while (at + 8 <= end) {
    const { bytesRead } = await file.read(head, 0, 16, at);
    if (bytesRead < 8) return undefined;
    const short = head.readUInt32BE(0);
    const headLength = short === 1 ? 16 : 8;
    const length = short === 1 ? Number(head.readBigUInt64BE(8)) : short === 0 ? end - at : short;
    if (length < headLength) return undefined;
    if (head.subarray(4, 8).toString('latin1') === type)
      return { start: at + headLength, end: Math.min(end, at + length) };
    at += length;
  }
  return undefined;
}
