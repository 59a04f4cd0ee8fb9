import type { Found } from '#functions/posts/domain/media.ts';
import { box, esds, movie, mp4, pictureEntry, timescale, track } from '../media-samples.ts';
import { latin1, u8, u16, u32 } from './bytes.ts';

/** Videos as phones and programs write them: the boxes around pictures and sound, in their order. */

const seconds = 2;
const zeros = Buffer.alloc(4);
/** How QuickTime ends a list of boxes: a length of eight, and no type. */
const terminator = Buffer.concat([u32(8), zeros]);

const brands = (first: string, ...others: readonly string[]) =>
  box('ftyp', latin1(first), u32(0), latin1([first, ...others].join('')));
/** A box with its length in 64 bits. */
const long = (type: string, content: Buffer) =>
  Buffer.concat([u32(1), latin1(type), u32(0), u32(content.length + 16), content]);
const mdat = box('mdat', Buffer.alloc(100));
const wide = box('wide');
const full = Buffer.alloc(4);

/** An edit list with these lengths in seconds. */
const edits = (...lengths: readonly number[]) => {
  const table = lengths.flatMap((length) => [u32(Math.round(length * timescale)), u32(0), u16(1), u16(0)]);
  return box('edts', box('elst', full, u32(lengths.length), ...table));
};
const longEdit = Buffer.concat([u32(0), u32(timescale / 2), Buffer.alloc(12)]);
const longEdits = box('edts', box('elst', u8(1, 0, 0, 0), u32(2), longEdit, longEdit));

const entry = (type: string, bytes = 20) => box(type, Buffer.alloc(bytes));
const other = (handler: string, type: string) => track({ handler, seconds, samples: 1, entry: entry(type), flags: 1 });
const shown = (said: Partial<Parameters<typeof track>[0]> = {}, picture: Parameters<typeof pictureEntry>[0] = {}) =>
  track({ handler: 'vide', seconds, samples: 60, entry: pictureEntry(picture), flags: 3, ...said });

const plainSound = box('mp4a', Buffer.alloc(28), esds());
/** AAC as QuickTime and FFmpeg describe it in a .mov: version 1, with the decoder configuration in `wave`. */
const waveSound = (...ends: readonly Buffer[]) => {
  const fixed = Buffer.concat([Buffer.alloc(8), u16(1), Buffer.alloc(34)]);
  return box('mp4a', fixed, box('wave', box('frma', latin1('mp4a')), entry('mp4a', 4), esds(), ...ends));
};
const heard = (sound: Buffer, flags = 1) => track({ handler: 'soun', seconds, samples: 20, entry: sound, flags });

/** A list of user data, which ends with four zeros. */
const notes = box('udta', box('\xa9day', u16(4), u16(0), latin1('2026')), zeros);
/** In QuickTime, `meta` has no version before its boxes; in MP4 it does. */
const appleNotes = box(
  'meta',
  box('hdlr', Buffer.alloc(8), latin1('mdta'), Buffer.alloc(13)),
  box('keys', Buffer.alloc(8)),
);
const isoNotes = box(
  'udta',
  box('meta', full, box('hdlr', Buffer.alloc(8), latin1('mdir'), Buffer.alloc(13)), box('ilst')),
);

const iphone = [
  brands('qt  '),
  wide,
  mdat,
  movie(
    seconds,
    shown(
      { turned: true, before: [box('tapt', box('clef', Buffer.alloc(12))), edits(seconds)], behind: [notes] },
      { width: 1920, height: 1080, extra: [box('colr', latin1('nclx'), Buffer.alloc(7)), zeros] },
    ),
    heard(waveSound(box('chan', Buffer.alloc(12)), terminator)),
    other('meta', 'mebx'),
    other('meta', 'mebx'),
    appleNotes,
  ),
];

const h264 = { contentType: 'video/mp4', width: 640, height: 360, durationMs: 2_000 } as const;
const quicktime = { ...h264, contentType: 'video/quicktime' } as const;
const upright = { ...quicktime, width: 1080, height: 1920 };

/** A video with this index, after its brand and before its media data. */
const video = (index: Buffer, brand = 'isom') => Buffer.concat([brands(brand, 'iso2', 'avc1', 'mp41'), index, mdat]);
const plain = movie(seconds, shown(), heard(plainSound));

/** With who writes them, and what is found. */
export const videos: readonly (readonly [writer: string, file: Buffer, found: Partial<Found>])[] = [
  ['an iPhone', Buffer.concat(iphone), upright],
  ['an Android telephone', Buffer.concat([brands('mp42', 'isom'), box('free', Buffer.alloc(400)), mdat, plain]), h264],
  [
    'a Galaxy',
    Buffer.concat([video(movie(seconds, shown(), heard(plainSound), isoNotes)), box('sefd', Buffer.alloc(60))]),
    h264,
  ],
  [
    'FFmpeg',
    Buffer.concat([
      ...[brands('isom', 'iso2'), box('free'), mdat],
      movie(seconds, shown({ before: [edits(seconds)] }), heard(plainSound), isoNotes),
    ]),
    h264,
  ],
  ['FFmpeg, fast start', video(plain), h264],
  [
    'FFmpeg as .mov',
    video(
      movie(seconds, shown({}, { extra: [zeros] }), heard(waveSound(terminator)), other('tmcd', 'tmcd'), notes),
      'qt  ',
    ),
    quicktime,
  ],
  [
    'Final Cut',
    Buffer.concat([
      ...[brands('qt  '), wide, long('mdat', Buffer.alloc(100))],
      movie(
        seconds,
        shown({ ends: zeros, behind: [box('tref', box('tmcd', u32(3)))] }, { width: 1920, height: 1080 }),
        heard(waveSound(zeros)),
        other('tmcd', 'tmcd'),
        box('meta', box('hdlr', Buffer.alloc(25))),
        notes,
      ),
    ]),
    { ...quicktime, width: 1920, height: 1080 },
  ],
  ['QuickTime of the first days', Buffer.concat([wide, mdat, plain]), quicktime],
  ['Premiere', Buffer.concat([video(plain, 'mp42'), box('uuid', Buffer.alloc(16), latin1('<x:xmpmeta/>'))]), h264],
  [
    'a camera whose last box has no length',
    Buffer.concat([brands('mp42'), plain, zeros, latin1('mdat'), Buffer.alloc(50)]),
    h264,
  ],
  [
    'a camera that counts in 64 bits',
    Buffer.concat([brands('mp42'), long('moov', plain.subarray(8)), long('mdat', Buffer.alloc(9))]),
    h264,
  ],
  ['a camera that fills with zeros', Buffer.concat([video(plain), Buffer.alloc(513)]), h264],
  [
    'a camera with a trailer of its own',
    Buffer.concat([video(plain), u32(0x7fff_ffff), latin1('&&&&'), Buffer.alloc(40)]),
    h264,
  ],
  [
    'an editor that cuts without coding',
    video(movie(1, shown({ before: [edits(0.25, 0.75)] }), heard(plainSound))),
    { ...h264, durationMs: 1_000 },
  ],
  [
    'an editor that counts its edits in 64 bits',
    video(movie(0.5, shown({ before: [longEdits] }))),
    { ...h264, durationMs: 1_000 },
  ],
  ['a recorder that does not know how long it was', video(withoutLength(plain)), h264],
  [
    'a player of music with a cover',
    video(
      movie(
        seconds,
        track({ handler: 'vide', seconds, samples: 1, entry: entry('jpeg', 78), flags: 3 }),
        shown(),
        heard(plainSound),
      ),
    ),
    h264,
  ],
  [
    'an iPhone with spatial sound',
    video(movie(seconds, shown(), heard(waveSound(terminator)), heard(entry('apac', 40), 0)), 'qt  '),
    quicktime,
  ],
  ['a disc with a second language', video(movie(seconds, shown(), heard(plainSound), heard(entry('ac-3', 40)))), h264],
  [
    'a program with chapters and subtitles',
    video(movie(seconds, shown(), other('text', 'text'), other('sbtl', 'tx3g'), other('clcp', 'c608'))),
    h264,
  ],
  [
    'an old camera with pixels that are not square',
    video(movie(seconds, shown({}, { width: 1440, height: 1080, extra: [box('pasp', u32(4), u32(3))] }))),
    { ...h264, width: 1920, height: 1080 },
  ],
  ['a program with a table of times that has room left', video(withRoom(plain, 'stts')), h264],
  ['a program with a table of sizes that has room left', video(withRoom(plain, 'stsz')), h264],
  [
    'an editor with another picture that is switched off',
    video(movie(seconds, shown({ flags: 0 }, { width: 320, height: 240 }), shown())),
    h264,
  ],
  [
    'an editor with a list that ends before its box',
    video(movie(seconds, shown({}, { extra: [terminator, Buffer.alloc(20)] }))),
    h264,
  ],
  [
    'a program with pixels that are nearly square',
    video(movie(seconds, shown({}, { width: 854, height: 480, extra: [box('pasp', u32(1280), u32(1281))] }))),
    { ...h264, width: 854, height: 480 },
  ],
  ['a telephone of 3GP', video(plain, '3gp5'), h264],
  ['a video for the iPod', video(plain, 'M4V '), h264],
  ['a video behind a video', Buffer.concat([video(plain), mp4({ width: 320, height: 240 })]), h264],
  ['an archive behind a video', Buffer.concat([video(plain), latin1('PK\x03\x04\x14\0\0\0\x08\0 and so on')]), h264],
  ...(
    [
      [1920, 1080],
      [1080, 1920],
      [1080, 1350],
      [1080, 1080],
      [1920, 1200],
      [3840, 2160],
    ] as const
  ).map(
    ([width, height]) =>
      [`a program of ${width}x${height}`, mp4({ width, height }), { ...h264, width, height }] as const,
  ),
];

/** All ones mean an unknown length (ISO/IEC 14496-12, 8.2.2). */
function withoutLength(index: Buffer): Buffer {
  const bytes = Buffer.from(index);
  bytes.writeUInt32BE(0xffff_ffff, bytes.indexOf('mvhd') + 4 + 16);
  return bytes;
}

/** A table that is eight bytes longer than its entries. */
function withRoom(index: Buffer, table: string): Buffer {
  const start = index.indexOf(table) - 4;
  const end = start + index.readUInt32BE(start);
  const grown = Buffer.concat([index.subarray(0, end), Buffer.alloc(8), index.subarray(end)]);
  for (const type of ['moov', 'trak', 'mdia', 'minf', 'stbl', table]) {
    const at = grown.indexOf(type) - 4;
    grown.writeUInt32BE(grown.readUInt32BE(at) + 8, at);
  }
  return grown;
}
