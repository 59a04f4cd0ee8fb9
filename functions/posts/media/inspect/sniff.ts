import type { MediaType } from '../../domain/media.ts';

const latin1 = (head: Uint8Array): string => Buffer.from(head).toString('latin1');

/** The type that the first bytes of a file suggest; undefined for what X does not accept. */
export const sniff = (head: Uint8Array): MediaType | undefined => {
  const text = latin1(head);
  if (text.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (/^GIF8[79]a/.test(text)) return 'image/gif';
  if (/^RIFF[^]{4}WEBP/.test(text)) return 'image/webp';
  if (/^[^]{4}ftypqt {2}/.test(text) || /^[^]{4}(?:moov|mdat|wide|free|skip|pnot)/.test(text)) return 'video/quicktime';
  if (/^[^]{4}(?:ftyp|styp|moof|sidx)/.test(text) && foreignBrand(text) === undefined) return 'video/mp4';
  if (/^(?:\xef\xbb\xbf)?WEBVTT(?:[ \t\r\n]|$)/.test(text)) return 'text/vtt';
  return /^(?:\xef\xbb\xbf)?\s{0,8}(?:\d{1,9}\s{1,4})?(?:\d{1,4}:)?\d{1,2}:\d{2}[,.]\d{1,3}[ \t]{0,8}-->/.test(text)
    ? 'text/srt'
    : undefined;
};

/** Brands of formats in MP4 boxes that are not videos (ISO/IEC 14496-12, annex E; mp4ra.org). */
const brands: readonly (readonly [RegExp, string])[] = [
  [/^(?:hei[cxms]|hev[cxms])$/, 'image/heic'],
  [/^avi[fs]$/, 'image/avif'],
  [/^(?:mif1|msf1|mif2)$/, 'image/heif'],
  [/^crx $/, 'image/x-canon-cr3'],
];

/** A HEIF image names its kind in its first brand, or in one of its compatible brands. */
const foreignBrand = (text: string): string | undefined => {
  if (!/^[^]{4}ftyp/.test(text)) return undefined;
  const nameOf = (brand: string) => brands.find(([pattern]) => pattern.test(brand))?.[1];
  const first = nameOf(text.slice(8, 12));
  if (first !== 'image/heif') return first;
  const length = Math.min(Buffer.from(text, 'latin1').readUInt32BE(0), text.length);
  const others = Array.from({ length: Math.max(0, Math.floor((length - 16) / 4)) }, (_, place) =>
    nameOf(text.slice(16 + place * 4, 20 + place * 4)),
  );
  return others.find((name) => name !== undefined && name !== 'image/heif') ?? first;
};

type Sign = (text: string) => boolean;
const begins =
  (...beginnings: readonly string[]): Sign =>
  (text) =>
    beginnings.some((each) => text.startsWith(each));
/** In a RIFF file, the name of the content begins at the ninth byte. */
const riff =
  (form: string): Sign =>
  (text) =>
    text.startsWith('RIFF') && text.startsWith(form, 8);
const matroska = '\x1aE\xdf\xa3';
const svg = /^(?:\xef\xbb\xbf)?\s{0,64}<(?:svg[\s>]|(?:\?xml|!--|!doctype svg)[^]*<svg[\s>])/i;

/** What people upload although X does not accept it, by how it begins. */
const foreign: readonly (readonly [Sign, string])[] = [
  [begins('II*\0', 'MM\0*', 'II+\0', 'MM\0+'), 'image/tiff'],
  [(text) => text.startsWith('BM') && text.startsWith('\0\0\0\0', 6), 'image/bmp'],
  [begins('\0\0\x01\0'), 'image/x-icon'],
  [begins('8BPS'), 'image/vnd.adobe.photoshop'],
  [begins('\xff\x0a', '\0\0\0\x0cJXL \r\n\x87\n'), 'image/jxl'],
  [begins('\0\0\0\x0cjP  \r\n\x87\n', '\xff\x4f\xff\x51'), 'image/jp2'],
  [(text) => svg.test(text), 'image/svg+xml'],
  [(text) => text.startsWith(matroska) && text.includes('webm'), 'video/webm'],
  [begins(matroska), 'video/x-matroska'],
  [riff('AVI '), 'video/x-msvideo'],
  [begins('\x30\x26\xb2\x75\x8e\x66\xcf\x11'), 'video/x-ms-wmv'],
  [begins('FLV\x01'), 'video/x-flv'],
  [begins('\0\0\x01\xba', '\0\0\x01\xb3'), 'video/mpeg'],
  [(text) => text.startsWith('G') && text[188] === 'G', 'video/mp2t'],
  [riff('WAVE'), 'audio/wav'],
  [begins('ID3', '\xff\xfb', '\xff\xfa', '\xff\xf3', '\xff\xf2'), 'audio/mpeg'],
  [begins('%PDF-'), 'application/pdf'],
  [begins('PK\x03\x04'), 'application/zip'],
  [(text) => /^\s{0,64}<(?:!doctype html|html)[\s>]/i.test(text), 'text/html'],
];

/** Name of a type that X does not accept; undefined if it is unknown. Nothing of the file is decoded. */
export const foreignType = (head: Uint8Array): string | undefined => {
  const text = latin1(head);
  return foreignBrand(text) ?? foreign.find(([isSign]) => isSign(text))?.[1];
};
