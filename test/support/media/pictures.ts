import { deflateSync } from 'node:zlib';
import type { Found } from '#functions/posts/domain/media.ts';
import { gif, png, pngChunk, riffChunk, vp8, vp8l, vp8x, webp } from '../media-samples.ts';
import { latin1, le, u8 } from './bytes.ts';
import { exif } from './photos.ts';

/** PNGs, GIFs and WebPs as programs and browsers write them. */

const damaged = (chunk: Buffer): Buffer => Buffer.concat([chunk.subarray(0, -4), Buffer.alloc(4)]);
const profile = pngChunk('iCCP', Buffer.concat([latin1('ICC Profile\0\0'), deflateSync(Buffer.alloc(548))]));
const words = (text: string) => pngChunk('iTXt', latin1(`XML:com.adobe.xmp\0\0\0\0\0${text}`));
const pixels = deflateSync(Buffer.alloc(3 * 5));
const behindHeader = 33;
const head = png().subarray(0, behindHeader);
const end = png().subarray(-12);
const inPieces = [0, 5].map((from) => pngChunk('IDAT', pixels.subarray(from, from === 0 ? 5 : undefined)));

const plain = gif({ frames: 2 });
const application = (name: string, ...blocks: readonly Buffer[]) =>
  Buffer.concat([u8(0x21, 0xff, 11), latin1(name), ...blocks.flatMap((each) => [u8(each.length), each]), u8(0)]);
const behindScreen = 19;
const between = (...blocks: readonly Buffer[]) =>
  Buffer.concat([plain.subarray(0, behindScreen), ...blocks, plain.subarray(behindScreen)]);
const smallerFrame = Buffer.concat([u8(0x21, 0xf9, 4, 5), le(10, 2), u8(0, 0, 0x2c), le(1, 2), le(1, 2), le(1, 2)]);
const ownColours = Buffer.concat([smallerFrame, le(1, 2), u8(0x80), Buffer.alloc(6), u8(2, 2, 0x44, 1, 0)]);

const alpha = riffChunk('ALPH', u8(0, 1, 2));
const extended = [riffChunk('EXIF', exif(6).subarray(4)), riffChunk('XMP ', latin1('<x:xmpmeta/>'))];
const still = webp(vp8(6, 5));

/** With who writes them, and what is found. */
export const pictures: readonly (readonly [writer: string, file: Buffer, found: Partial<Found>])[] = [
  [
    'a screenshot of macOS',
    png({ extra: [profile, pngChunk('eXIf', exif(1).subarray(10)), words('<x:xmpmeta/>'), pngChunk('iDOT', u8(1))] }),
    { contentType: 'image/png', width: 4, height: 3 },
  ],
  ['libpng, in pieces', Buffer.concat([head, ...inPieces, end]), { width: 4, height: 3 }],
  ['Fireworks', png({ extra: [pngChunk('prVW', u8(1)), pngChunk('mkBF', Buffer.alloc(72))] }), { width: 4 }],
  [
    'an editor of Windows or Pixels that crops in place',
    Buffer.concat([png(), Buffer.alloc(300, 0x49), end]),
    { width: 4 },
  ],
  ['a server that adds a line end', Buffer.concat([png(), latin1('\n')]), { width: 4 }],
  ['a tool that changes words and no checksum', png({ extra: [damaged(words('changed'))] }), { width: 4 }],
  ['a tool that changes a time and no checksum', png({ extra: [damaged(pngChunk('tIME', Buffer.alloc(7)))] }), {}],
  ['an editor that spoils its profile', png({ extra: [pngChunk('iCCP', latin1('ICC\0\0no profile'))] }), { width: 4 }],
  ['a web server that leaves IEND out', png().subarray(0, -12), { width: 4 }],
  ['a download that lost its last bytes behind the pixels', png().subarray(0, -7), { width: 4 }],
  ['an encoder that fills its last IDAT', png({ pixels: Buffer.concat([pixels, Buffer.alloc(9)]) }), { width: 4 }],

  ['Photoshop', between(application('XMP DataXMP', Buffer.alloc(255, 1), Buffer.alloc(3, 1))), { frames: 2 }],
  [
    'an animation of the web',
    between(
      application('NETSCAPE2.0', u8(1, 0, 0)),
      ownColours,
      Buffer.concat([u8(0x21, 0xfe, 2), latin1('hi'), u8(0)]),
    ),
    { contentType: 'image/gif', width: 2, height: 2, frames: 3, durationMs: 300 },
  ],
  ['a program that leaves the trailer out', plain.subarray(0, -1), { width: 2, frames: 2, durationMs: 200 }],
  ['the same of one picture', gif({ frames: 1 }).subarray(0, -1), { width: 2, frames: null }],
  ['a program that fills up with zeros', Buffer.concat([plain.subarray(0, -1), Buffer.alloc(16)]), { frames: 2 }],
  ['a program that adds a line end', Buffer.concat([plain, latin1('\n')]), { frames: 2 }],
  [
    'a program that says a screen of nothing',
    gif({ width: 0, height: 0, frameWidth: 2, frameHeight: 2 }),
    { width: 2, height: 2 },
  ],
  ['a program whose frames are larger than its screen', gif({ frameWidth: 3 }), { width: 3, height: 2, frames: 2 }],
  ['GIF87a', Buffer.concat([latin1('GIF87a'), plain.subarray(6)]), { width: 2, frames: 2 }],

  ['cwebp, lossy', still, { contentType: 'image/webp', width: 6, height: 5 }],
  ['cwebp, lossless', webp(vp8l()), { width: 6, height: 5 }],
  [
    'a camera, extended',
    webp(vp8x(), riffChunk('ICCP', Buffer.alloc(131)), alpha, vp8(), ...extended),
    { width: 6, height: 5 },
  ],
  ['a program that adds a byte', Buffer.concat([still, u8(0)]), { width: 6, height: 5 }],
  [
    'a program that leaves the last padding out',
    webp(vp8x(), vp8(), riffChunk('XMP ', u8(1))).subarray(0, -1),
    { width: 6 },
  ],
  [
    'a program that was cut behind the picture',
    webp(vp8x(), vp8(), riffChunk('XMP ', Buffer.alloc(8))).subarray(0, -5),
    { width: 6 },
  ],
  [
    'a program that counts padding twice',
    Buffer.concat([latin1('RIFF'), le(still.length - 7, 4), still.subarray(8)]),
    { width: 6 },
  ],
  ['a program that puts words behind a simple picture', webp(vp8(), ...extended), { width: 6, height: 5 }],
  ['a tool of chunks that nobody knows', webp(vp8x(), vp8(), riffChunk('C2PA', Buffer.alloc(20))), { width: 6 }],
];
