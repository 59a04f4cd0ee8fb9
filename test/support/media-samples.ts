import { crc32, deflateSync } from 'node:zlib';
import { le, u8, u16, u32 } from './media/bytes.ts';

/** Small files of every kind that X accepts, assembled from pieces so that a test can corrupt one. */

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

/** A black greyscale picture. */
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
  frameHeight?: number;
  hundredths?: number;
}

export const gif = (said: Gif = {}): Buffer => {
  const { width = 2, height = 2, frames = 2, frameWidth = width, frameHeight = height, hundredths = 10 } = said;
  const control = Buffer.concat([u8(0x21, 0xf9, 4, 0), le(hundredths, 2), u8(0, 0)]);
  const place = Buffer.concat([le(0, 2), le(0, 2), le(frameWidth, 2), le(frameHeight, 2)]);
  const frame = Buffer.concat([control, u8(0x2c), place, u8(0, 2, 2, 0x44, 1, 0)]);
  const screen = Buffer.concat([le(width, 2), le(height, 2), u8(0x80, 0, 0), Buffer.alloc(6)]);
  return Buffer.concat([Buffer.from('GIF89a'), screen, ...Array.from({ length: frames }, () => frame), u8(0x3b)]);
};

export const segment = (marker: number, data: Buffer) => Buffer.concat([u8(0xff, marker), u16(data.length + 2), data]);

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

export const riffChunk = (type: string, data: Buffer) =>
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
  /** Rotated by a quarter turn, as phones write it. */
  turned?: boolean;
  sound?: { codec?: string; audioType?: number; channels?: number } | null;
  /** Boxes beside the tracks. */
  extra?: readonly Buffer[];
  mdatBytes?: number;
  /** The index after the media data, as cameras write it. */
  indexLast?: boolean;
}

/** Ticks per second. */
export const timescale = 600;

/** The index of a video. */
export const movie = (seconds: number, ...boxes: readonly Buffer[]): Buffer => {
  const ticks = u32(Math.round(seconds * timescale));
  return box('moov', box('mvhd', Buffer.alloc(12), u32(timescale), ticks, Buffer.alloc(80)), ...boxes);
};

/** Three pieces of a video: its brand, its index, and the header of the media data, of which `mdatBytes` follow. */
const pieces = (said: Mp4) => {
  const { brand = 'isom', seconds = 2, mdatBytes = 100, sound = {} } = said;
  const tracks = [pictureTrack(said, seconds), ...(sound ? [soundTrack(sound, seconds)] : [])];
  return {
    brand: box('ftyp', Buffer.from(brand), u32(512), Buffer.from(brand)),
    index: movie(seconds, ...tracks, ...(said.extra ?? [])),
    mdatHead: Buffer.concat([u32(mdatBytes + 8), Buffer.from('mdat')]),
  };
};

export const mp4 = (said: Mp4 = {}): Buffer => {
  const { brand, index, mdatHead } = pieces(said);
  const pictures = Buffer.concat([mdatHead, Buffer.alloc(said.mdatBytes ?? 100)]);
  return Buffer.concat(said.indexLast ? [brand, pictures, index] : [brand, index, pictures]);
};

/** The start of a video, before its `mdatBytes` of media data. */
export const mp4Beginning = (said: Mp4): Buffer => Buffer.concat(Object.values(pieces(said)));

const turn = [0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000];
const upright = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000];

interface Track {
  /** What kind of samples it has: `vide`, `soun`, `tmcd`, `meta`. */
  handler: string;
  seconds: number;
  samples: number;
  /** The sample entry. */
  entry: Buffer;
  turned?: boolean;
  /** Enabled, disabled or, by default, unset, which enables all tracks. */
  flags?: number;
  /** Boxes between its header and its media, such as edit lists. */
  before?: readonly Buffer[];
  /** Boxes after its media. */
  behind?: readonly Buffer[];
  /** Bytes after the sample entries, which may end their list. */
  ends?: Buffer;
}

export const track = (said: Track): Buffer => {
  const { handler, seconds, samples, entry, turned = false, flags = 0, before = [], behind = [], ends } = said;
  const ticks = Math.round((seconds * timescale) / samples);
  const matrix = (turned ? turn : upright).map(u32);
  const tkhd = box('tkhd', u32(flags), Buffer.alloc(36), ...matrix, Buffer.alloc(8));
  const mdhd = box('mdhd', Buffer.alloc(12), u32(timescale), u32(samples * ticks), Buffer.alloc(4));
  const hdlr = box('hdlr', Buffer.alloc(8), Buffer.from(handler), Buffer.alloc(13));
  const stbl = box(
    'stbl',
    box('stsd', Buffer.alloc(4), u32(1), entry, ends ?? Buffer.alloc(0)),
    box('stts', Buffer.alloc(4), u32(1), u32(samples), u32(ticks)),
    box('stsz', Buffer.alloc(8), u32(samples), Buffer.alloc(4 * samples, u32(1))),
  );
  return box('trak', tkhd, ...before, box('mdia', mdhd, hdlr, box('minf', stbl)), ...behind);
};

interface Picture {
  width?: number;
  height?: number;
  codec?: string;
  profile?: number;
  /** Boxes after the decoder configuration, and what ends their list. */
  extra?: readonly Buffer[];
}

/** The sample entry of H.264. */
export const pictureEntry = (said: Picture = {}): Buffer => {
  const { width = 640, height = 360, codec = 'avc1', profile = 100, extra = [] } = said;
  const fixed = Buffer.concat([Buffer.alloc(24), u16(width), u16(height), Buffer.alloc(50)]);
  return box(codec, fixed, box('avcC', u8(1, profile, 0, 31, 0xff, 0xe0, 0)), ...extra);
};

const pictureTrack = ({ framesPerSecond = 10, turned = false, ...said }: Mp4, seconds: number): Buffer => {
  const samples = Math.max(1, Math.round(seconds * framesPerSecond));
  return track({ handler: 'vide', seconds, samples, entry: pictureEntry({ ...said, extra: [] }), turned });
};

/** The decoder configuration of AAC (ISO/IEC 14496-1, 7.2.6). */
export const esds = ({ audioType = 2, channels = 2 }: NonNullable<Mp4['sound']> = {}): Buffer => {
  const specific = Buffer.concat([u8(5, 2), u16((audioType << 11) | (4 << 7) | (channels << 3))]);
  const decoder = Buffer.concat([u8(4, 17, 0x40, 0x15), Buffer.alloc(11), specific]);
  return box('esds', Buffer.alloc(4), u8(3, 22, 0, 1, 0), decoder);
};

const soundTrack = ({ codec = 'mp4a', ...sound }: NonNullable<Mp4['sound']>, seconds: number): Buffer =>
  track({ handler: 'soun', seconds, samples: 20, entry: box(codec, Buffer.alloc(28), esds(sound)) });

export const srt = Buffer.from(
  '1\r\n00:00:00,000 --> 00:00:01,000\r\nGood morning.\r\n\r\n2\r\n00:00:01,000 --> 00:00:02,000\r\nCoffee?\r\n',
);
export const vtt = Buffer.from('WEBVTT\n\nNOTE by Maya\n\n00:00.000 --> 00:01.000 align:start\nGood morning.\n');
