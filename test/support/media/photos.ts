import { jpeg, mp4, segment } from '../media-samples.ts';
import { latin1, le, u8, u16, u32 } from './bytes.ts';

/** JPEGs as cameras, phones and programs write them: the segments around the picture, in their order. */

/** Exif with a maker and an orientation, little-endian (Android, Canon) or big-endian (Apple, Nikon). */
export const exif = (orientation: number, order: 'II' | 'MM' = 'MM', thumbnail: Buffer = Buffer.alloc(0)): Buffer => {
  const short = (value: number) => (order === 'MM' ? u16(value) : le(value, 2));
  const long = (value: number) => (order === 'MM' ? u32(value) : le(value, 4));
  const tag = (id: number, type: number, count: number, value: Buffer) =>
    Buffer.concat([short(id), short(type), long(count), value]);
  const tags = [
    tag(0x010f, 2, 4, latin1('Own\0')),
    tag(0x0112, 3, 1, Buffer.concat([short(orientation), u8(0, 0)])),
    tag(0x8769, 4, 1, long(0)),
  ];
  const directory = Buffer.concat([short(tags.length), ...tags, long(0)]);
  const tiff = Buffer.concat([latin1(order), short(42), long(8), directory, thumbnail]);
  return segment(0xe1, Buffer.concat([latin1('Exif\0\0'), tiff]));
};

const jfif = segment(0xe0, latin1('JFIF\0\x01\x02\0\0\x48\0\x48\0\0'));
const profile = segment(0xe2, Buffer.concat([latin1('ICC_PROFILE\0\x01\x01'), Buffer.alloc(548, 7)]));
const multiPicture = segment(0xe2, Buffer.concat([latin1('MPF\0MM\0*'), u32(8), Buffer.alloc(82)]));
const xmp = (words: string) => segment(0xe1, latin1(`http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>${words}</x:xmpmeta>`));
const tables = segment(0xdb, Buffer.alloc(65, 1));

interface Photo {
  width?: number;
  height?: number;
  frame?: number;
  scans?: number;
  /** Segments in place of JFIF's. */
  before?: readonly Buffer[];
  /** Bytes after the end. */
  behind?: readonly Buffer[];
}

/** The sample picture, with other segments before it. */
const photo = ({ width = 4032, height = 3024, before = [jfif], behind = [], ...said }: Photo = {}): Buffer => {
  const plain = jpeg({ width, height, ...said });
  return Buffer.concat([u8(0xff, 0xd8), ...before, tables, plain.subarray(20), ...behind]);
};

const gainMap = photo({ width: 1008, height: 756, before: [xmp('hdrgm:Version="1.0"'), multiPicture] });
const samsungTrailer = Buffer.concat([
  ...[u8(0, 0, 1, 0x0a), le(14, 4), latin1('Image_UTC_Data'), latin1('1795938616000')],
  ...[latin1('SEFH'), le(107, 4), le(1, 4), Buffer.alloc(12), le(24, 4), latin1('SEFT')],
]);

/** With who writes them, and the size in which they are shown. */
export const photos: readonly (readonly [writer: string, file: Buffer, width: number, height: number])[] = [
  ['a camera, lying', photo({ before: [exif(1, 'II')] }), 4032, 3024],
  ['an iPhone, upright', photo({ before: [exif(6)] }), 3024, 4032],
  ['an iPhone, upright the other way', photo({ before: [exif(8)] }), 3024, 4032],
  ['an iPhone, upside down', photo({ before: [exif(3)] }), 4032, 3024],
  ['a scanner that mirrors, upright', photo({ before: [exif(5)] }), 3024, 4032],
  ['an iPhone in HDR', photo({ before: [exif(6), multiPicture, profile], behind: [gainMap] }), 3024, 4032],
  [
    'a Pixel in Ultra HDR',
    photo({ before: [exif(1, 'II'), xmp('hdrgm:Version="1.0"'), profile, multiPicture], behind: [gainMap] }),
    4032,
    3024,
  ],
  [
    'a Pixel with a video behind it',
    photo({ before: [exif(6, 'II'), xmp('GCamera:MotionPhoto="1"'), multiPicture], behind: [gainMap, mp4()] }),
    3024,
    4032,
  ],
  ['a Galaxy', photo({ before: [exif(6, 'II')], behind: [samsungTrailer] }), 3024, 4032],
  [
    'a Galaxy with a video behind it',
    photo({ before: [exif(1, 'II')], behind: [latin1('MotionPhoto_Data'), mp4(), samsungTrailer] }),
    4032,
    3024,
  ],
  ['a 3D camera', photo({ before: [exif(1), multiPicture], behind: [photo()] }), 4032, 3024],
  ['a camera that fills the last sector', photo({ before: [exif(1)], behind: [Buffer.alloc(511)] }), 4032, 3024],
  ['a camera with a thumbnail', photo({ before: [exif(6, 'MM', photo({ width: 160, height: 120 }))] }), 3024, 4032],
  [
    'a camera that leaves bytes between segments',
    photo({ before: [jfif, u8(0, 0, 0), exif(1), u8(0xff, 0xff, 0xff)] }),
    4032,
    3024,
  ],
  [
    'Photoshop',
    photo({
      before: [exif(1), segment(0xed, latin1('Photoshop 3.0\x008BIM\x04\x04')), xmp('photoshop'), profile],
      behind: [],
    }),
    4032,
    3024,
  ],
  [
    'Photoshop for the web, progressive',
    photo({ frame: 0xc2, scans: 10, before: [segment(0xec, latin1('Ducky\0')), segment(0xee, latin1('Adobe\0d'))] }),
    4032,
    3024,
  ],
  ['FFmpeg', photo({ before: [jfif, segment(0xfe, latin1('Lavc62.11.100\0'))] }), 4032, 3024],
  ['a messenger, which takes all out', photo({ width: 1600, height: 1200 }), 1600, 1200],
  ['a program that adds a line end', photo({ behind: [latin1('\r\n')] }), 4032, 3024],
  [
    'an editor that spoils Exif',
    photo({ before: [segment(0xe1, latin1('Exif\0\0MM\0*\xff\xff\xff\xff'))] }),
    4032,
    3024,
  ],
  ['a writer with Exif twice', photo({ before: [exif(6), exif(1)] }), 3024, 4032],
];
