import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { MediaType } from '#functions/posts/domain/media.ts';
import { inspectGif } from '#functions/posts/media/inspect/gif.ts';
import { inspect } from '#functions/posts/media/inspect/inspect.ts';
import { inspectJpeg } from '#functions/posts/media/inspect/jpeg.ts';
import { inspectPng } from '#functions/posts/media/inspect/png.ts';
import { inspectWebp } from '#functions/posts/media/inspect/webp.ts';
import { DomainError } from '#shared/errors.ts';
import { exif } from '#test/support/media/photos.ts';
import * as samples from '#test/support/media-samples.ts';

const { png, pngChunk, gif, jpeg, webp, mp4, box } = samples;
const sizes = [1_000, 2_000, 4_000];

/** A buffer that counts its calls and the bytes that they return or search. */
const counting = (bytes: Buffer) => {
  const count = { asked: 0, bytes: 0 };
  const seen: Buffer = new Proxy(bytes, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown => {
        const result: unknown = Reflect.apply(value, target, args);
        count.asked += 1;
        if (key === 'indexOf') {
          const from = Number(args[1] ?? 0);
          const to = Number(result) < 0 ? target.length : Number(result);
          count.bytes += to - from;
        }
        if (result instanceof Uint8Array || typeof result === 'string') count.bytes += result.length;
        return result;
      };
    },
  });
  return { seen, count };
};

const refusalOf = async (work: () => unknown): Promise<string | undefined> => {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return error.message;
  }
};

const inside = (whole: Buffer, extra: Buffer, before: number) =>
  Buffer.concat([whole.subarray(0, whole.length - before), extra, whole.subarray(whole.length - before)]);
const many = (count: number, piece: Buffer) => Buffer.concat(Array.from({ length: count }, () => piece));

/** Files built to keep a parser busy, by the number of repeated pieces. */
const shapes: readonly (readonly [string, (bytes: Buffer) => unknown, (pieces: number) => Buffer])[] = [
  ['a GIF of frames', inspectGif, (pieces) => gif({ frames: pieces })],
  ['a GIF of empty comments', inspectGif, (pieces) => inside(gif(), many(pieces, Buffer.of(0x21, 0xfe, 0)), 1)],
  [
    'a GIF of one comment in pieces of a byte',
    inspectGif,
    (pieces) => inside(gif(), Buffer.concat([Buffer.of(0x21, 0xfe), many(pieces, Buffer.of(1, 0)), Buffer.of(0)]), 1),
  ],
  ['a JPEG of fill bytes', inspectJpeg, (pieces) => inside(jpeg(), Buffer.alloc(pieces, 0xff), 2)],
  ['a JPEG of empty comments', inspectJpeg, (pieces) => inside(jpeg(), many(pieces, Buffer.of(0xff, 0xfe, 0, 2)), 2)],
  ['a JPEG of stuffed bytes', inspectJpeg, (pieces) => inside(jpeg(), many(pieces, Buffer.of(0xff, 0)), 2)],
  ['a JPEG of bytes between its segments', inspectJpeg, (pieces) => inside(jpeg(), Buffer.alloc(pieces * 9, 7), 2)],
  ['a JPEG of Exif', inspectJpeg, (pieces) => inside(jpeg(), many(pieces, exif(9)), 2)],
  [
    'a JPEG with a JPEG behind it',
    inspectJpeg,
    (pieces) => Buffer.concat([jpeg(), many(pieces, jpeg()), Buffer.alloc(pieces)]),
  ],
  ['a GIF with a frame behind its trailer', inspectGif, (pieces) => Buffer.concat([gif(), many(pieces, gif())])],
  [
    'a WebP with a WebP behind it',
    inspectWebp,
    (pieces) => Buffer.concat([webp(samples.vp8()), many(pieces, webp(samples.vp8()))]),
  ],
  [
    'a PNG with chunks behind its end',
    (bytes) => inspectPng(bytes),
    (pieces) => Buffer.concat([png(), many(pieces, pngChunk('IDAT', Buffer.alloc(9)))]),
  ],
  [
    'a PNG of damaged checksums',
    (bytes) => inspectPng(bytes),
    (pieces) =>
      png({ extra: [many(pieces, Buffer.concat([pngChunk('teXt', Buffer.alloc(8)).subarray(0, -4), u32(0)]))] }),
  ],
  ['a JPEG of restarts', inspectJpeg, (pieces) => inside(jpeg(), many(pieces, Buffer.of(0xff, 0xd3)), 2)],
  [
    'a WebP of empty chunks',
    inspectWebp,
    (pieces) => webp(samples.vp8x(), samples.vp8(), many(pieces, Buffer.from('NONE\0\0\0\0'))),
  ],
  [
    'a PNG of empty chunks',
    (bytes) => inspectPng(bytes),
    (pieces) => png({ extra: [many(pieces, pngChunk('teXt', Buffer.alloc(0)))] }),
  ],
  [
    'a PNG of empty pixels',
    (bytes) => inspectPng(bytes),
    (pieces) => png({ extra: [many(pieces, pngChunk('IDAT', Buffer.alloc(0)))] }),
  ],
];

describe.each(shapes)('%s', (_, look, made) => {
  test('is inspected with calls and bytes that grow at most linearly with its size', () => {
    const steps = sizes.map((pieces) => {
      const bytes = made(pieces);
      const { seen, count } = counting(bytes);
      look(seen);
      return { asked: count.asked / bytes.length, bytes: count.bytes / bytes.length };
    });
    for (const each of steps) {
      expect(each.asked).toBeLessThan(3);
      expect(each.bytes).toBeLessThan(4);
    }
  });
});

/** A video in the bucket, with the number of reads and bytes read. */
const stored = (bytes: Buffer) => {
  const count = { reads: 0, bytes: 0 };
  const file = {
    bytes: bytes.length,
    etag: '"1"',
    read: async (start: number, end: number) => {
      count.reads += 1;
      count.bytes += end - start;
      return bytes.subarray(start, end);
    },
  };
  return { file, count };
};

describe('a video built to keep its reader busy', () => {
  /** Boxes nested to this many levels. */
  const nested = (levels: number): Buffer => (levels === 0 ? box('free') : box('moov', nested(levels - 1)));

  test.each<[string, (pieces: number) => Buffer]>([
    ['boxes side by side', (pieces) => Buffer.concat([mp4(), many(pieces, box('free'))])],
    ['boxes in its index', (pieces) => mp4({ extra: [many(pieces, box('free'))] })],
    ['boxes within boxes', (pieces) => mp4({ extra: [nested(pieces)] })],
    ['videos behind it', (pieces) => Buffer.concat([mp4(), many(pieces, box('moov'))])],
    ['garbage behind it', (pieces) => Buffer.concat([mp4(), Buffer.alloc(pieces * 100, 0x7f)])],
  ])('with %s takes reads and bytes that grow at most linearly with its size', async (_what, made) => {
    for (const pieces of sizes) {
      const bytes = made(pieces);
      const { file, count } = stored(bytes);
      await inspect({ contentType: 'video/mp4' }, file);
      // The head to detect the type, then windows of 64 KiB.
      expect(count.reads).toBeLessThanOrEqual(2 + Math.ceil(bytes.length / 65_536) * 3);
      expect(count.bytes).toBeLessThanOrEqual(64 + bytes.length * 4);
    }
  });

  test('with boxes scattered over the file is refused after a bounded number of reads', async () => {
    // Each box lies beyond the window through which the one before was read.
    const spread = Array.from({ length: 400 }, () => box('free', Buffer.alloc(70_000)));
    const { file, count } = stored(Buffer.concat([mp4(), ...spread]));
    const refusal = await refusalOf(() => inspect({ contentType: 'video/mp4' }, file));
    expect(refusal).toContain('scattered over too many places');
    expect(count.reads).toBeLessThanOrEqual(252);
  });

  test('with an edit list of a false or excessive length gets its duration from its sample tables', async () => {
    const edit = Buffer.concat([u32(600), Buffer.alloc(8)]);
    for (const [count, entries] of [
      [2, 1],
      [0xffff_ffff, 1],
      [1_001, 1_001],
      [6_000, 6_000],
    ] as const) {
      const edits = box('edts', box('elst', u32(0), u32(count), many(entries, edit)));
      const entry = samples.pictureEntry();
      const shown = samples.track({ handler: 'vide', seconds: 2, samples: 20, entry, before: [edits] });
      const { file } = stored(Buffer.concat([box('ftyp', Buffer.from('isom')), samples.movie(2, shown), box('mdat')]));
      expect(await inspect({ contentType: 'video/mp4' }, file)).toMatchObject({ durationMs: 2_000 });
    }
  });

  test('with too many pieces is refused', async () => {
    const other = Buffer.concat([u32(0), u32(0), Buffer.from('text'), Buffer.alloc(8)]);
    const trak = box('trak', box('mdia', box('hdlr', other), many(9_000, box('free'))));
    const { file } = stored(mp4({ extra: Array.from({ length: 20 }, () => trak) }));
    const refusal = await refusalOf(() => inspect({ contentType: 'video/mp4' }, file));
    expect(refusal).toContain('has too many pieces');
  });
});

describe('a file beyond the limits', () => {
  const look = (contentType: MediaType, bytes: Buffer) => refusalOf(() => inspect({ contentType }, stored(bytes).file));

  test.each<[string, MediaType, Buffer]>([
    ['too many frames', 'image/gif', gif({ frames: 10_001 })],
    [
      'far larger than X accepts',
      'image/gif',
      Buffer.concat([gif({ frames: 1 }).subarray(0, -1), gif({ frameWidth: 8_193 }).subarray(19)]),
    ],
    ['too many scans', 'image/jpeg', jpeg({ scans: 101 })],
    [
      'the WebP has too many chunks',
      'image/webp',
      webp(samples.vp8x(), samples.vp8(), many(10_000, Buffer.from('NONE\0\0\0\0'))),
    ],
    ['the PNG has too many chunks', 'image/png', png({ extra: [many(10_000, pngChunk('teXt', Buffer.alloc(0)))] })],
    ['too many boxes', 'video/mp4', Buffer.concat([mp4(), many(10_001, box('free'))])],
    ['too many tracks', 'video/mp4', mp4({ extra: Array.from({ length: 33 }, () => box('trak')) })],
    ['pixels of the PNG decompress to more than', 'image/png', deepPng(8_000, 8_000)],
    ['more or fewer pixels', 'image/png', png({ pixels: deflateSync(Buffer.alloc(50_000_000)) })],
  ])('is refused: %s', async (said, type, bytes) => {
    expect(await look(type, bytes)).toContain(said);
  });
});

/** A picture that claims 64 bits per pixel. */
function deepPng(width: number, height: number): Buffer {
  const header = pngChunk('IHDR', Buffer.concat([u32(width), u32(height), Buffer.of(16, 6, 0, 0, 0)]));
  return Buffer.concat([png().subarray(0, 8), header, png().subarray(8 + header.length)]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
