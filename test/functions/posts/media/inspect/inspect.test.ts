import { deflateSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { kindOf, MediaType } from '#functions/posts/domain/media.ts';
import { inspect } from '#functions/posts/media/inspect/inspect.ts';
import { sniff } from '#functions/posts/media/inspect/sniff.ts';
import { DomainError } from '#shared/errors.ts';
import * as samples from '#test/support/media-samples.ts';

/** A file in the bucket, with the ranges that were read. */
const stored = (bytes: Uint8Array) => {
  const asked: [number, number][] = [];
  return {
    asked,
    bytes: bytes.length,
    etag: '"1"',
    read: async (start: number, end: number) => {
      asked.push([start, end]);
      return bytes.slice(start, end);
    },
  };
};
const look = (contentType: MediaType, bytes: Uint8Array) => inspect({ contentType }, stored(bytes));
const { png, gif, jpeg, webp, mp4 } = samples;

/** The code and field with which a file is refused; undefined when it is accepted. */
const refusalOf = async (contentType: MediaType, bytes: Uint8Array) => {
  try {
    await look(contentType, bytes);
    return undefined;
  } catch (error) {
    if (!(error instanceof DomainError) || error.kind !== 'unprocessable') throw error;
    return `${error.code} ${error.fields[0]?.path ?? ''}`;
  }
};

/** Every code with which a file can be refused. */
const codes = [
  'media_animated',
  'media_broken',
  'media_codec',
  'media_dimensions',
  'media_duration',
  'media_fragmented',
  'media_frame_rate',
  'media_frames',
  'media_mismatch',
  'media_subtitles',
  'media_too_large',
  'media_without_picture',
];

const whole: readonly [MediaType, Buffer][] = [
  ['image/png', png()],
  ['image/gif', gif()],
  ['image/jpeg', jpeg()],
  ['image/webp', webp(samples.vp8())],
  ['image/webp', webp(samples.vp8x(), samples.vp8l())],
  ['video/mp4', mp4()],
  ['video/mp4', mp4({ indexLast: true })],
  ['video/quicktime', mp4({ brand: 'qt  ' })],
];
const texts: readonly [MediaType, Buffer][] = [
  ['text/srt', samples.srt],
  ['text/vtt', samples.vtt],
];

describe('type, size and duration are read from the bytes of a file', () => {
  test.each([
    ['image/png', png({ width: 7, height: 5 }), { width: 7, height: 5, durationMs: null, frames: null }],
    ['image/png', png({ pixels: deflateSync(Buffer.alloc(23)), width: 4, height: 4, interlaced: true }), { width: 4 }],
    ['image/jpeg', jpeg({ width: 300, height: 200 }), { width: 300, height: 200, durationMs: null, frames: null }],
    ['image/jpeg', jpeg({ frame: 0xc2, scans: 10 }), { width: 16, height: 8 }],
    ['image/webp', webp(samples.vp8(40, 30)), { width: 40, height: 30 }],
    ['image/webp', webp(samples.vp8l(40, 30)), { width: 40, height: 30 }],
    ['image/gif', gif({ frames: 3, hundredths: 25 }), { width: 2, height: 2, durationMs: 750, frames: 3 }],
    ['image/gif', gif({ frames: 1 }), { durationMs: null, frames: null }],
    ['video/mp4', mp4({ seconds: 12.5 }), { width: 640, height: 360, durationMs: 12_500, frames: null }],
    ['video/mp4', mp4({ turned: true }), { width: 360, height: 640 }],
    ['video/mp4', mp4({ sound: null, indexLast: true }), { durationMs: 2_000 }],
    ['video/quicktime', mp4({ brand: 'qt  ' }), { contentType: 'video/quicktime' }],
    ['text/srt', samples.srt, { width: null, durationMs: null }],
    ['text/srt', Buffer.concat([Buffer.from('\u{feff}'), samples.srt]), { width: null }],
    ['text/vtt', samples.vtt, { width: null, durationMs: null }],
  ] as const)('%s', async (type, bytes, found) => {
    expect(await look(type, bytes)).toMatchObject({ contentType: type, ...found });
  });

  test('a video is read by its index alone, at most 64 KiB at a time, even when the index comes last', async () => {
    const file = stored(mp4({ mdatBytes: 20 * 1024 * 1024, indexLast: true }));
    await inspect({ contentType: 'video/mp4' }, file);
    expect(Math.max(...file.asked.map(([start, end]) => end - start))).toBeLessThanOrEqual(64 * 1024);
    expect(file.asked.length).toBeLessThan(5);
  });
});

describe('hostile files', () => {
  const zip = Buffer.from('PK\x03\x04 an archive behind it, with a directory PK\x05\x06', 'latin1');

  test.each(whole)('bytes after the end of %s do not change the result', async (type, bytes) => {
    const alone = await look(type, bytes);
    for (const behind of [Buffer.of(0), zip, Buffer.from('<script>alert(1)</script>'), bytes, Buffer.alloc(100_000)])
      expect(await look(type, Buffer.concat([bytes, behind])), behind.toString('latin1', 0, 9)).toEqual(alone);
  });

  /** How many bytes at its end a file can lose: IEND of a PNG, the trailer of a GIF. */
  const needless: Partial<Record<MediaType, number>> = { 'image/png': 12, 'image/gif': 1 };

  const gifBlocks = [gif({ frames: 1 }).length - 1, gif({ frames: 1 }).length + 7];

  test.each(whole)('%s is refused wherever it is truncated', async (type, bytes) => {
    const needed = bytes.length - (needless[type] ?? 0);
    for (let length = 0; length < needed; length += 1) {
      // After its first frame, a GIF may end at each block.
      if (type === 'image/gif' && gifBlocks.includes(length)) continue;
      expect(await refusalOf(type, bytes.subarray(0, length)), `cut at ${length}`).toMatch(/^media_(broken|mismatch) /);
    }
    expect(await look(type, bytes.subarray(0, needed))).toEqual(await look(type, bytes));
  });

  test.each([...whole, ...texts])(
    '%s announced as another kind of file is refused with media_mismatch',
    async (type, bytes) => {
      for (const other of MediaType.options)
        expect(await refusalOf(other, bytes), other).toBe(
          kindOf(other) === kindOf(type) ? undefined : 'media_mismatch contentType',
        );
    },
  );

  /**
   * Inspects arbitrary bytes: they are refused with a known code, or accepted with a valid size, after no more reads
   * than the index of a video may take.
   */
  const outcomeOf = async (contentType: MediaType, bytes: Uint8Array): Promise<void> => {
    const file = stored(bytes);
    try {
      const { width, height, durationMs } = await inspect({ contentType }, file);
      for (const each of [width, height]) expect(each ?? 1).toBeGreaterThan(0);
      expect(durationMs ?? 0).toBeGreaterThanOrEqual(0);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      expect(error).toMatchObject({ kind: 'unprocessable', fields: [{ code: error.code }] });
      expect(codes).toContain(error.code);
    }
    expect(file.asked.length).toBeLessThanOrEqual(8);
  };

  test.each([...whole, ...texts])(
    '%s with any bytes changed is accepted or refused, without any other error',
    async (type, bytes) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }),
          async (changes) => {
            const spoilt = Buffer.from(bytes);
            for (const [place, value] of changes) spoilt[place] = value;
            await outcomeOf(type, spoilt);
          },
        ),
        { numRuns: 300 },
      );
    },
  );

  test.each([...whole, ...texts])(
    'any bytes after the beginning of %s are accepted or refused after a bounded number of reads',
    async (type, bytes) => {
      await fc.assert(
        fc.asyncProperty(fc.nat(bytes.length), fc.uint8Array({ maxLength: 2_000 }), async (length, rest) => {
          await outcomeOf(type, Buffer.concat([bytes.subarray(0, length), rest]));
        }),
        { numRuns: 300 },
      );
    },
  );

  test.each([
    ['more pixels than it says', png({ pixels: deflateSync(Buffer.alloc(50_000_000)) })],
    ['fewer pixels than it says', png({ pixels: deflateSync(Buffer.alloc(3)) })],
    ['pixels that do not decompress', png({ pixels: Buffer.from('no pixels') })],
    ['damaged texts without end', png({ extra: Array(5).fill(text('zTXt', Buffer.from('no text'))) })],
    ['a text that decompresses to gigabytes', png({ extra: [text('zTXt', deflateSync(Buffer.alloc(50_000_000)))] })],
    ['a profile that decompresses to gigabytes', png({ extra: [text('iCCP', deflateSync(Buffer.alloc(50_000_000)))] })],
    [
      'texts that decompress to too much together',
      png({ extra: Array(5).fill(text('zTXt', deflateSync(Buffer.alloc(1_000_000)))) }),
    ],
    ['compressed texts without end', png({ extra: Array(101).fill(text('zTXt', deflateSync(Buffer.alloc(1)))) })],
    ['chunks without end', png({ extra: Array(10_000).fill(samples.pngChunk('tEXt', Buffer.alloc(0))) })],
    ['a chunk of no PNG', png({ extra: [samples.pngChunk('EVIL', Buffer.alloc(4))] })],
  ])('a PNG with %s is refused with media_broken', async (_, bytes) => {
    expect(await refusalOf('image/png', bytes)).toBe('media_broken contentType');
  });

  test('a wrong checksum is refused with media_broken, and impossible sizes with media_dimensions', async () => {
    const spoilt = png({ width: 9 });
    spoilt[20] = 1;
    expect(await refusalOf('image/png', spoilt)).toBe('media_broken contentType');
    expect(await refusalOf('image/png', png({ width: 20_000, height: 20_000 }))).toBe('media_dimensions height');
    expect(await refusalOf('image/png', png({ width: 9_000 }))).toBe('media_dimensions width');
    expect(await refusalOf('image/jpeg', jpeg({ width: 0 }))).toBe('media_dimensions width');
    expect(await refusalOf('image/jpeg', jpeg({ width: 65_535 }))).toBe('media_dimensions width');
  });

  test.each([
    ['a GIF that is a script', 'image/gif', gif({ width: 0x2a2f, height: 0x2f2f })],
    ['a GIF of more frames than X takes', 'image/gif', gif({ frames: 351 })],
    ['a GIF of more pixels in all than X takes', 'image/gif', gif({ width: 1280, height: 1080, frames: 218 })],
    ['a GIF with a frame far beyond its screen', 'image/gif', gif({ frameWidth: 8_193 })],
    ['a GIF with a first frame that is larger than X takes', 'image/gif', gif({ frameWidth: 1_300 })],
    ['a GIF without a picture', 'image/gif', gif({ frames: 0 })],
    ['a JPEG with scans without end', 'image/jpeg', jpeg({ scans: 101 })],
    ['a JPEG that X does not show', 'image/jpeg', jpeg({ frame: 0xc9 })],
    ['a WebP that moves', 'image/webp', webp(samples.vp8x(), samples.anim, samples.vp8())],
    ['a WebP of another size than it says', 'image/webp', webp(samples.vp8x(600, 500), samples.vp8())],
    ['a WebP of two pictures', 'image/webp', webp(samples.vp8x(), samples.vp8(), samples.vp8())],
    ['a WebP without a picture', 'image/webp', webp()],
    ['an animated PNG', 'image/png', png({ extra: [samples.pngChunk('acTL', Buffer.alloc(8))] })],
  ] as const)('%s is refused', async (_, type, bytes) => {
    expect(await refusalOf(type, bytes)).toMatch(/^media_(broken|animated|frames|dimensions) /);
  });
});

describe('X’s limits for a video', () => {
  test.each([
    ['media_duration durationMs', { seconds: 0.4 }],
    ['media_duration durationMs', { seconds: 126 * 60, framesPerSecond: 1 }],
    ['media_dimensions width', { width: 8_193, height: 4_320 }],
    ['media_dimensions height', { width: 320, height: 31 }],
    ['media_dimensions height', { width: 640, height: 200 }],
    ['media_frame_rate frameRate', { framesPerSecond: 75 }],
    ['media_codec contentType', { codec: 'hvc1' }],
    ['media_codec contentType', { profile: 122 }],
    ['media_codec contentType', { sound: { codec: 'ac-3' } }],
    ['media_codec contentType', { sound: { channels: 6 } }],
    ['media_codec contentType', { sound: { audioType: 5 } }],
    ['media_fragmented contentType', { extra: [samples.box('mvex')] }],
    ['media_broken contentType', { extra: [samples.box('trak')] }],
  ] as const)('refuse one that breaks them with %s', async (refused, said) => {
    expect(await refusalOf('video/mp4', mp4(said))).toBe(refused);
  });

  test.each([
    { seconds: 0.5 },
    { seconds: 125 * 60, framesPerSecond: 1 },
    { width: 1280, height: 1024 },
    { width: 720, height: 1280 },
    { width: 96, height: 32 },
    { framesPerSecond: 60 },
    { profile: 66 },
  ])('allow one with %j', async (said) => {
    expect(await refusalOf('video/mp4', mp4(said))).toBeUndefined();
  });

  test('refuse one whose later pictures are cut off', async () => {
    const cut = samples.box('mdat', Buffer.alloc(90)).subarray(0, -1);
    expect(await refusalOf('video/mp4', Buffer.concat([mp4(), cut]))).toBe('media_broken contentType');
  });

  test('apply to the duration in its sample tables, not to the one in its header', async () => {
    const long = mp4({ seconds: 126 * 60, framesPerSecond: 1 });
    const lie = Buffer.from(long);
    lie.writeUInt32BE(600, long.indexOf('mvhd') + 4 + 16);
    expect(await refusalOf('video/mp4', lie)).toBe('media_duration durationMs');
  });

  test('refuse one without index or pictures, and allow one with two indices', async () => {
    const brand = samples.box('ftyp', Buffer.from('isom'));
    const mdat = samples.box('mdat', Buffer.alloc(9));
    expect(await refusalOf('video/mp4', Buffer.concat([brand, mdat]))).toBe('media_broken contentType');
    expect(await refusalOf('video/mp4', Buffer.concat([brand, samples.box('moov')]))).toBe('media_broken contentType');
    const index = mp4().subarray(20, -108);
    expect(await refusalOf('video/mp4', Buffer.concat([brand, index, index, mdat]))).toBeUndefined();
    const handler = Buffer.from(mp4({ sound: null }));
    handler.write('soun', handler.indexOf('vide'));
    expect(await refusalOf('video/mp4', handler)).toBe('media_without_picture contentType');
    handler.write('text', handler.indexOf('soun'));
    expect(await refusalOf('video/mp4', handler)).toBe('media_without_picture contentType');
  });

  test('refuse one with scattered or too many boxes as media_broken', async () => {
    const scattered = Buffer.concat(Array.from({ length: 1_100 }, () => samples.box('free', Buffer.alloc(65_600))));
    const bytes = Buffer.concat([samples.box('ftyp', Buffer.from('isom')), scattered]);
    expect(await refusalOf('video/mp4', bytes)).toBe('media_broken contentType');
    const many = Buffer.concat(Array.from({ length: 10_001 }, () => samples.box('free')));
    expect(await refusalOf('video/mp4', Buffer.concat([mp4(), many]))).toBe('media_broken contentType');
  });
});

describe('subtitles', () => {
  const cue = '00:00:00,000 --> 00:00:01,000';
  test.each([
    ['that are not UTF-8', 'text/srt', Buffer.concat([samples.srt, Buffer.of(0xff)])],
    ['that hold what is no text', 'text/srt', Buffer.concat([samples.srt, Buffer.of(0)])],
    ['with a cue without words', 'text/srt', Buffer.from(`1\n${cue}\n`)],
    ['with times that cannot be read', 'text/srt', Buffer.from('1\n00:00:00 --> 00:00:01\nHello\n')],
    ['with a cue without its times', 'text/srt', Buffer.from(`1\n${cue}\nHello\n\n2\nHello\nHello\n`)],
    ['with a cue that ends before it begins', 'text/srt', Buffer.from('1\n00:00:02,000 --> 00:00:01,000\nHello\n')],
    ['with another arrow', 'text/srt', Buffer.from(`1\n${cue}\nHello\n\n2\n${cue.replace('-->', '->')}\nHello\n`)],
    ['in UTF-16', 'text/srt', Buffer.from(`\u{feff}1\n${cue}\nHello\n`, 'utf16le')],
    ['in UTF-16 without a mark', 'text/srt', Buffer.from(`1\n${cue}\nHello\n`, 'utf16le')],
    ['in Latin 1', 'text/srt', Buffer.from(`1\n${cue}\nGrüße\n`, 'latin1')],
    ['without a cue', 'text/vtt', Buffer.from('WEBVTT\n\nNOTE nothing\n')],
    ['with the times of SubRip', 'text/vtt', Buffer.from(`WEBVTT\n\n${cue}\nHello\n`)],
    ['with a time that browsers leave out', 'text/vtt', Buffer.from('WEBVTT\n\n0:00.5 --> 00:01.000\nHello\n')],
    ['without its name', 'text/vtt', Buffer.from('00:00.000 --> 00:01.000\nHello\n')],
  ] as const)('%s are refused with media_subtitles', async (_, type, bytes) => {
    expect(await refusalOf(type, bytes)).toBe('media_subtitles contentType');
  });

  test('with 20,000 cues are accepted', async () => {
    const cues = Array.from({ length: 20_000 }, (_, place) => `${place + 1}\n${cue}\nHello\n`).join('\n');
    expect(await refusalOf('text/srt', Buffer.from(cues))).toBeUndefined();
    const packed = Array.from({ length: 20_000 }, () => `${cue.replaceAll(',', '.')}\nHello`).join('\n');
    expect(await refusalOf('text/vtt', Buffer.from(`WEBVTT\n${packed}`))).toBeUndefined();
  });
});

describe('a refusal names the format and what X accepts', () => {
  const of = (brand: string, ...others: string[]) =>
    samples.box('ftyp', Buffer.from(brand), Buffer.alloc(4), Buffer.from(others.join('')));
  const pictures = 'X accepts JPEG, PNG, WebP, GIF';
  const videos = 'X accepts MP4 and QuickTime with H.264 and AAC';
  const bytes = (said: string) => Buffer.from(said, 'latin1');

  test.each([
    [`is image/heic: ${pictures}`, 'image/jpeg', of('heic', 'mif1', 'heic')],
    [`is image/heic: ${pictures}`, 'image/jpeg', of('mif1', 'mif1', 'heic')],
    [`is image/heic: ${pictures}`, 'video/mp4', of('heix')],
    [`is image/avif: ${pictures}`, 'image/png', of('avif', 'avif', 'mif1')],
    [`is image/avif: ${pictures}`, 'image/png', of('mif1', 'mif1', 'avif')],
    [`is image/heif: ${pictures}`, 'image/png', of('mif1', 'mif1')],
    [`is image/tiff: ${pictures}`, 'image/jpeg', bytes('II*\0\x08\0\0\0')],
    [`is image/tiff: ${pictures}`, 'image/jpeg', bytes('MM\0*\0\0\0\x08')],
    [`is image/bmp: ${pictures}`, 'image/png', bytes('BM\x36\x10\0\0\0\0\0\0')],
    [`is image/svg+xml: ${pictures}`, 'image/png', bytes('<svg xmlns="http://www.w3.org/2000/svg">')],
    [`is image/svg+xml: ${pictures}`, 'image/png', bytes('<?xml version="1.0"?>\n<!-- Own -->\n<svg>')],
    [`is image/vnd.adobe.photoshop: ${pictures}`, 'image/png', bytes('8BPS\0\x01')],
    [`is image/jxl: ${pictures}`, 'image/jpeg', bytes('\xff\x0a\xfa')],
    [`is application/pdf: ${pictures}`, 'image/jpeg', bytes('%PDF-1.7\xff\xd8\xff')],
    [`is application/zip: ${pictures}`, 'image/jpeg', bytes('PK\x03\x04')],
    [`is text/html: ${videos}`, 'video/mp4', bytes('<!doctype html><script>')],
    [`is video/webm: ${videos}`, 'video/mp4', bytes('\x1aE\xdf\xa3\x9fB\x82\x84webm')],
    [`is video/x-matroska: ${videos}`, 'video/mp4', bytes('\x1aE\xdf\xa3\x9fB\x82\x88matroska')],
    [`is video/x-msvideo: ${videos}`, 'video/mp4', bytes('RIFF\0\0\0\0AVI LIST')],
    [
      `is video/mp2t: ${videos}`,
      'video/mp4',
      Buffer.concat([bytes('G'), Buffer.alloc(187), bytes('G'), Buffer.alloc(187)]),
    ],
    [`is audio/mpeg: ${videos}`, 'video/mp4', bytes('ID3\x04')],
    ['is of an unknown type: X accepts JPEG, PNG, WebP, GIF', 'image/jpeg', bytes('what?')],
    ['is of an unknown type: X accepts JPEG, PNG, WebP, GIF', 'image/jpeg', Buffer.alloc(0)],
    ['is image/png, not video/mp4: create it with its real type', 'video/mp4', png()],
    ['is application/pdf: X accepts SubRip and WebVTT', 'text/srt', bytes('%PDF-1.7')],
  ] as const)('%s', async (said, type, file) => {
    await expect(look(type, file)).rejects.toMatchObject({ code: 'media_mismatch', fields: [{ message: said }] });
  });

  test.each([
    [/^is encoded as HEVC: X accepts 8-bit H\.264/, mp4({ codec: 'hvc1' })],
    [/^is encoded as Dolby Vision: X accepts 8-bit H\.264/, mp4({ codec: 'dvh1' })],
    [/^is encoded as ProRes: X accepts 8-bit H\.264/, mp4({ brand: 'qt  ', codec: 'apch', sound: { codec: 'sowt' } })],
    [/^is 10-bit H\.264, as in HDR: X accepts 8-bit H\.264/, mp4({ profile: 110 })],
    [/^has audio as sowt: X accepts AAC-LC/, mp4({ brand: 'qt  ', sound: { codec: 'sowt' } })],
    [/^has audio that is not AAC-LC: X accepts AAC-LC/, ofMp3()],
    [/^is encoded as HEVC: X accepts 8-bit H\.264/, switchedOff()],
    [/^has audio with 6 channels: X accepts AAC-LC with one or two/, mp4({ sound: { channels: 6 } })],
    [/^is fragmented, .* export it as one MP4/, mp4({ extra: [samples.box('mvex')] })],
    [/^is fragmented, /, Buffer.concat([of('iso5'), samples.box('moof'), samples.box('mdat')])],
  ])('a video that %s', async (said, file) => {
    await expect(look('video/mp4', file)).rejects.toMatchObject({
      fields: [{ message: expect.stringMatching(said) as string }],
    });
  });

  test('a file of another type than announced must keep to the size limit of its real type', async () => {
    const large = Buffer.concat([png(), Buffer.alloc(5 * 1024 * 1024)]);
    expect(await refusalOf('image/gif', large)).toBe('media_too_large bytes');
  });
});

describe('the type of a file is detected from its first bytes', () => {
  const bytes = (said: string) => new Uint8Array(Buffer.from(said, 'latin1'));
  const head = '\x89PNG\r\n\x1a\n';

  test.each([
    ['image/jpeg', '\xff\xd8\xff\xe0\x00\x10JFIF'],
    ['image/png', `${head}\x00\x00\x00\rIHDR`],
    ['image/gif', 'GIF89a\x01\x00'],
    ['image/gif', 'GIF87a\x01\x00'],
    ['image/webp', 'RIFF\x1a\x00\x00\x00WEBPVP8 '],
    ['image/webp', 'RIFF\n\r\n\x00WEBPVP8L'],
    ['video/mp4', '\0\0\0\x18ftypisom'],
    ['video/quicktime', '\0\0\0\x18ftypqt  '],
    ['video/quicktime', '\0\0\0\x18moov'],
    ['video/mp4', '\0\0\0\x18styp'],
    ['text/vtt', 'WEBVTT\n\n'],
    ['text/srt', '1\n00:00:00,000 --> '],
    ['text/srt', '\r\n\r\n00:00.000 --> '],
  ])('%s', (type, said) => {
    expect(sniff(bytes(said))).toBe(type);
  });

  test.each([
    ['nothing', ''],
    ['a page', '<!doctype html><script>'],
    ['a page that holds a PNG', `<html>${head}`],
    ['SVG, which can hold scripts', '<svg xmlns="http://www.w3.org/2000/svg">'],
    ['a PDF that holds a JPEG', '%PDF-1.7\xff\xd8\xff'],
    ['a GIF behind a blank', ' GIF89a'],
    ['a GIF of no known version', 'GIF88a'],
    ['a GIF in small letters', 'gif89a'],
    ['a sound in the same container as WebP', 'RIFF\x1a\x00\x00\x00WAVEfmt '],
    ['WebP a byte too late', 'RIFF\x1a\x00\x00\x00\x00WEBP'],
    ['half the signature of a PNG', '\x89PNG\r\n'],
    ['a PNG whose line ends were converted', '\x89PNG\n\x1a\n'],
    ['a program', 'MZ\x90\x00'],
    ['an archive', 'PK\x03\x04'],
    ['a text', 'WEBVTTx'],
  ])('%s is no type that X accepts', (_, said) => {
    expect(sniff(bytes(said))).toBeUndefined();
  });
});

function text(type: string, compressed: Buffer): Buffer {
  return samples.pngChunk(type, Buffer.concat([Buffer.from('name\0\0', 'latin1'), compressed]));
}

/** A video with MP3, which only its object type declares. */
function ofMp3(): Buffer {
  const video = mp4();
  const decoder = video.indexOf(Buffer.of(4, 17, 0x40, 0x15));
  video.set([0x6b, 0x15], decoder + 2);
  video.set([6, 2], decoder + 2 + 13);
  return video;
}

/** A video in HEVC with a disabled H.264 track. */
function switchedOff(): Buffer {
  const of = (codec: string, flags: number) =>
    samples.track({ handler: 'vide', seconds: 2, samples: 20, entry: samples.pictureEntry({ codec }), flags });
  const [brand, mdat] = [samples.box('ftyp', Buffer.from('isom')), samples.box('mdat')];
  return Buffer.concat([brand, samples.movie(2, of('avc1', 0), of('hvc1', 1)), mdat]);
}
