import type { Found } from '../domain/media.ts';
import { boxesAt, boxesIn, headOf, type Box } from './boxes.ts';
import type { FileRanges } from './file-ranges.ts';
import { broken, refusal } from './refusal.ts';
import { lookIntoSound } from './sound.ts';
import { samplesOf } from './samples.ts';

/** A video, and how many frames a second it has. */
export interface FoundVideo {
  found: Found;
  frameRate: number;
}

/** No video needs more tracks than this: picture, sound, time code and a few of a camera's own. */
const mostTracks = 32;

/** H.264 profiles with 4:2:0 and 8 bits, which X takes: Baseline, Main, Extended, High (ITU-T H.264, A.2). */
const shownProfiles = new Set([66, 77, 88, 100]);

/**
 * An MP4 or QuickTime file, by its index (`moov`), wherever in the file that lies; pictures and sound are not read.
 * @throws DomainError `media_broken`, `media_fragmented`, `media_without_picture`, `media_codec`
 */
export const lookIntoVideo = async (file: FileRanges): Promise<FoundVideo> => {
  const top = await boxesIn(file, 0, file.bytes);
  const [movie, second] = top.filter(({ type }) => type === 'moov');
  if (!movie || second) throw broken('the video has no index, or two');
  if (!top.some(({ type }) => type === 'mdat')) throw broken('the video has an index, and no pictures');
  const inMovie = await boxesIn(file, movie.start, movie.end);
  if ([...top, ...inMovie].some(({ type }) => type === 'moof' || type === 'mvex'))
    throw refusal('media_fragmented', 'contentType', 'is in fragments: save it as one film');
  const tracks = await boxesAt(file, inMovie, 'trak');
  if (tracks.length > mostTracks) throw broken('the video has tracks without end');

  const pictures: Picture[] = [];
  for (const track of tracks) {
    const picture = await lookIntoTrack(file, track);
    if (picture) pictures.push(picture);
  }
  const [shown] = pictures;
  if (!shown) throw refusal('media_without_picture', 'contentType', 'has sound alone');
  const movieMs = await durationMs(file, await boxesAt(file, inMovie, 'mvhd'));
  const { width, height, frameRate } = shown;
  const longest = Math.round(Math.max(movieMs, ...pictures.map((each) => each.durationMs)));
  const contentType = await typeOf(file, top[0]);
  return { found: { contentType, width, height, durationMs: longest, frames: null }, frameRate };
};

/** QuickTime names itself as the first of its brands, or has none as in its early days. */
const typeOf = async (file: FileRanges, first: Box | undefined): Promise<'video/mp4' | 'video/quicktime'> => {
  if (first?.type !== 'ftyp') return 'video/quicktime';
  return (await headOf(file, first, 4)).toString('latin1') === 'qt  ' ? 'video/quicktime' : 'video/mp4';
};

interface Size {
  width: number;
  height: number;
}

interface Picture extends Size {
  durationMs: number;
  frameRate: number;
}

/** What a track of pictures shows; undefined for any other, of which sound is looked at too. */
const lookIntoTrack = async (file: FileRanges, { start, end }: Box): Promise<Picture | undefined> => {
  const inTrack = await boxesIn(file, start, end);
  const [handler] = await boxesAt(file, inTrack, 'mdia', 'hdlr');
  const kind = (await headOf(file, handler, 12)).toString('latin1', 8, 12);
  if (kind !== 'vide' && kind !== 'soun') return undefined;
  const [descriptions] = await boxesAt(file, inTrack, 'mdia', 'minf', 'stbl', 'stsd');
  const entries = await entriesOf(file, descriptions);
  if (kind === 'soun') {
    for (const entry of entries) await lookIntoSound(file, entry);
    return undefined;
  }
  const coded: Size[] = [];
  for (const entry of entries) coded.push(await lookIntoPicture(file, entry));
  const [header] = await boxesAt(file, inTrack, 'tkhd');
  const [mediaHeader] = await boxesAt(file, inTrack, 'mdia', 'mdhd');
  const timescale = await timescaleOf(file, mediaHeader);
  const { samples, ticks } = await samplesOf(file, await boxesAt(file, inTrack, 'mdia', 'minf', 'stbl'));
  const [size] = coded;
  if (!size || ticks === 0) throw broken('the video has no pictures');
  const shown = (await isTurned(file, header)) ? { width: size.height, height: size.width } : size;
  return { ...shown, durationMs: (ticks / timescale) * 1000, frameRate: (samples * timescale) / ticks };
};

/** The descriptions of a track's samples (ISO/IEC 14496-12, 8.5.2): one per codec. */
const entriesOf = async (file: FileRanges, descriptions: Box | undefined): Promise<Box[]> => {
  const count = (await headOf(file, descriptions, 8)).readUInt32BE(4);
  const entries = descriptions ? await boxesIn(file, descriptions.start + 8, descriptions.end) : [];
  if (count === 0 || count !== entries.length) throw broken('a track of the video is not described');
  return entries;
};

/** Size in pixels of what is coded. @throws DomainError `media_codec` for what is not H.264 with 4:2:0 and 8 bits */
const lookIntoPicture = async (file: FileRanges, entry: Box): Promise<Size> => {
  if (entry.type !== 'avc1' && entry.type !== 'avc3')
    throw refusal('media_codec', 'contentType', `is coded as ${entry.type.trim()}: X takes H.264`);
  const fixed = await headOf(file, entry, 78);
  const [width, height] = [fixed.readUInt16BE(24), fixed.readUInt16BE(26)];
  const configuration = (await boxesIn(file, entry.start + 78, entry.end)).find(({ type }) => type === 'avcC');
  const profile = (await headOf(file, configuration, 4)).readUInt8(1);
  if (!shownProfiles.has(profile))
    throw refusal('media_codec', 'contentType', `is H.264 of profile ${profile}: X takes High, Main and Baseline`);
  return { width, height };
};

/** A header's scale: ticks per second (`mvhd` and `mdhd` have it at the same place). */
const timescaleOf = async (file: FileRanges, header: Box | undefined): Promise<number> => {
  const head = await headOf(file, header, 20);
  const timescale = head.readUInt8(0) === 1 ? (await headOf(file, header, 24)).readUInt32BE(20) : head.readUInt32BE(12);
  if (timescale === 0) throw broken('the video has no scale of time');
  return timescale;
};

const durationMs = async (file: FileRanges, [header]: readonly Box[]): Promise<number> => {
  const timescale = await timescaleOf(file, header);
  const head = await headOf(file, header, 20);
  const ticks = head.readUInt8(0) === 1 ? (await headOf(file, header, 32)).readBigUInt64BE(24) : head.readUInt32BE(16);
  return (Number(ticks) / timescale) * 1000;
};

/** Whether a quarter turn stands it up: then the matrix of `tkhd` has no `a` and `d` (ISO/IEC 14496-12, 8.3.2). */
const isTurned = async (file: FileRanges, header: Box | undefined): Promise<boolean> => {
  const isLong = (await headOf(file, header, 1)).readUInt8(0) === 1;
  const matrix = (await headOf(file, header, isLong ? 88 : 76)).subarray(isLong ? 52 : 40);
  return matrix.readInt32BE(0) === 0 && matrix.readInt32BE(16) === 0 && matrix.readInt32BE(4) !== 0;
};
