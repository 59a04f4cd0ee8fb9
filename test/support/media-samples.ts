import { crc32, deflateSync } from 'node:zlib';

/** Small files of every kind that X takes, made piece by piece so that a test can spoil one piece. */

const u8 = (...values: number[]) => Buffer.from(values);
const u16 = (value: number) => Buffer.from([value >> 8, value & 0xff]);
const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const le = (value: number, length: number) => {
  const bytes = Buffer.alloc(length);
  bytes.writeUIntLE(value, 0, length);
  return bytes;
};

export const pngChunk = (type: string, data: Uint8Array): Buffer => {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  return Buffer.concat([u32(data.length), named, u32(crc32(named))]);
};

interface Png {
  width?: number;
  height?: number;
  /** Between the header and the pixels. */
  extra?: readonly Buffer[];
  pixels?: Buffer;
  interlaced?: boolean;
}

/** A black picture in shades of grey. */
export const png = ({ width = 4, height = 3, extra = [], pixels, interlaced = false }: Png = {}): Buffer =>
  Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', Buffer.concat([u32(width), u32(height), u8(8, 0, 0, 0, interlaced ? 1 : 0)])),
    ...extra,
    pngChunk('IDAT', pixels ?? deflateSync(Buffer.alloc(height * (width + 1)))),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);

interface Gif {
  width?: number;
  height?: number;
  frames?: number;
  frameWidth?: number;
  hundredths?: number;
}

export const gif = ({ width = 2, height = 2, frames = 2, frameWidth = width, hundredths = 10 }: Gif = {}): Buffer => {
  const control = Buffer.concat([u8(0x21, 0xf9, 4, 0), le(hundredths, 2), u8(0, 0)]);
  const place = Buffer.concat([le(0, 2), le(0, 2), le(frameWidth, 2), le(height, 2)]);
  const frame = Buffer.concat([control, u8(0x2c), place, u8(0, 2, 2, 0x44, 1, 0)]);
  const screen = Buffer.concat([le(width, 2), le(height, 2), u8(0x80, 0, 0), Buffer.alloc(6)]);
  return Buffer.concat([Buffer.from('GIF89a'), screen, ...Array.from({ length: frames }, () => frame), u8(0x3b)]);
};

const segment = (marker: number, data: Buffer) => Buffer.concat([u8(0xff, marker), u16(data.length + 2), data]);

interface Jpeg {
  width?: number;
  height?: number;
  scans?: number;
  frame?: number;
}

export const jpeg = ({ width = 16, height = 8, scans = 1, frame = 0xc0 }: Jpeg = {}): Buffer => {
  const header = Buffer.concat([u8(8), u16(height), u16(width), u8(1, 1, 0x11, 0)]);
  const scan = Buffer.concat([segment(0xda, u8(1, 1, 0, 0, 63, 0)), u8(0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56)]);
  return Buffer.concat([
    u8(0xff, 0xd8),
    segment(0xe0, Buffer.from('JFIF\0\x01\x01\0\0\x01\0\x01\0\0', 'latin1')),
    segment(frame, header),
    ...Array.from({ length: scans }, () => scan),
    u8(0xff, 0xd9),
  ]);
};

const riffChunk = (type: string, data: Buffer) =>
  Buffer.concat([Buffer.from(type, 'latin1'), le(data.length, 4), data, Buffer.alloc(data.length % 2)]);

export const webp = (...chunks: readonly Buffer[]): Buffer => {
  const within = Buffer.concat([Buffer.from('WEBP'), ...chunks]);
  return Buffer.concat([Buffer.from('RIFF'), le(within.length, 4), within]);
};
/** A lossy picture. */
export const vp8 = (width = 6, height = 5): Buffer =>
  riffChunk('VP8 ', Buffer.concat([u8(0x10, 0, 0, 0x9d, 0x01, 0x2a), le(width, 2), le(height, 2), Buffer.alloc(4)]));
/** A lossless picture. */
export const vp8l = (width = 6, height = 5): Buffer =>
  riffChunk('VP8L', Buffer.concat([u8(0x2f), le((width - 1) | ((height - 1) << 14), 4), u8(0)]));
/** The canvas of an extended file. */
export const vp8x = (width = 6, height = 5): Buffer =>
  riffChunk('VP8X', Buffer.concat([Buffer.alloc(4), le(width - 1, 3), le(height - 1, 3)]));
export const anim = riffChunk('ANIM', Buffer.alloc(6));

export const box = (type: string, ...content: readonly Uint8Array[]): Buffer => {
  const within = Buffer.concat(content);
  return Buffer.concat([u32(within.length + 8), Buffer.from(type, 'latin1'), within]);
};

export interface Mp4 {
  brand?: string;
  width?: number;
  height?: number;
  seconds?: number;
  framesPerSecond?: number;
  codec?: string;
  profile?: number;
  /** A quarter turn, as telephones write it. */
  turned?: boolean;
  sound?: { codec?: string; audioType?: number; channels?: number } | null;
  /** Boxes beside the tracks. */
  extra?: readonly Buffer[];
  mdatBytes?: number;
  /** The index behind the pictures, as cameras write it. */
  indexLast?: boolean;
}

const timescale = 600;

/** Three pieces of a video: its brand, its index, and the head of the pictures, which are `mdatBytes` more. */
const pieces = (said: Mp4) => {
  const { brand = 'isom', seconds = 2, mdatBytes = 100, sound = {}, extra = [] } = said;
  const mvhd = box('mvhd', Buffer.alloc(12), u32(timescale), u32(Math.round(seconds * timescale)), Buffer.alloc(80));
  const tracks = [pictureTrack(said, seconds), ...(sound ? [soundTrack(sound, seconds)] : [])];
  return {
    brand: box('ftyp', Buffer.from(brand), u32(512), Buffer.from(brand)),
    index: box('moov', mvhd, ...tracks, ...extra),
    mdatHead: Buffer.concat([u32(mdatBytes + 8), Buffer.from('mdat')]),
  };
};

export const mp4 = (said: Mp4 = {}): Buffer => {
  const { brand, index, mdatHead } = pieces(said);
  const pictures = Buffer.concat([mdatHead, Buffer.alloc(said.mdatBytes ?? 100)]);
  return Buffer.concat(said.indexLast ? [brand, pictures, index] : [brand, index, pictures]);
};

/** What stands before the pictures of a video whose `mdatBytes` somebody else writes. */
export const mp4Beginning = (said: Mp4): Buffer => Buffer.concat(Object.values(pieces(said)));

const turn = [0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000];
const upright = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000];

const track = (handler: string, seconds: number, samples: number, entry: Buffer, matrix = upright): Buffer => {
  const ticks = Math.round((seconds * timescale) / samples);
  const tkhd = box('tkhd', Buffer.alloc(40), ...matrix.map((value) => u32(value >>> 0)), Buffer.alloc(8));
  const mdhd = box('mdhd', Buffer.alloc(12), u32(timescale), u32(samples * ticks), Buffer.alloc(4));
  const hdlr = box('hdlr', Buffer.alloc(8), Buffer.from(handler), Buffer.alloc(13));
  const stbl = box(
    'stbl',
    box('stsd', Buffer.alloc(4), u32(1), entry),
    box('stts', Buffer.alloc(4), u32(1), u32(samples), u32(ticks)),
    box('stsz', Buffer.alloc(8), u32(samples), Buffer.alloc(4 * samples, u32(1))),
  );
  return box('trak', tkhd, box('mdia', mdhd, hdlr, box('minf', stbl)));
};

const pictureTrack = (
  { width = 640, height = 360, framesPerSecond = 10, codec = 'avc1', profile = 100, turned = false }: Mp4,
  seconds: number,
): Buffer => {
  const fixed = Buffer.concat([Buffer.alloc(24), u16(width), u16(height), Buffer.alloc(50)]);
  const entry = box(codec, fixed, box('avcC', u8(1, profile, 0, 31, 0xff, 0xe0, 0)));
  return track('vide', seconds, Math.max(1, Math.round(seconds * framesPerSecond)), entry, turned ? turn : upright);
};

const soundTrack = (
  { codec = 'mp4a', audioType = 2, channels = 2 }: NonNullable<Mp4['sound']>,
  seconds: number,
): Buffer => {
  const specific = Buffer.concat([u8(5, 2), u16((audioType << 11) | (4 << 7) | (channels << 3))]);
  const decoder = Buffer.concat([u8(4, 17, 0x40, 0x15), Buffer.alloc(11), specific]);
  const esds = box('esds', Buffer.alloc(4), u8(3, 22, 0, 1, 0), decoder);
  return track('soun', seconds, 20, box(codec, Buffer.alloc(28), esds));
};

export const srt = Buffer.from(
  '1\r\n00:00:00,000 --> 00:00:01,000\r\nGood morning.\r\n\r\n2\r\n00:00:01,000 --> 00:00:02,000\r\nCoffee?\r\n',
);
export const vtt = Buffer.from('WEBVTT\n\nNOTE by Maya\n\n00:00.000 --> 00:01.000 align:start\nGood morning.\n');
