import { broken } from './errors.ts';
import { type Box, boxesAt, boxesIn, headOf } from './mp4-boxes.ts';
import type { FileRanges } from './range-reader.ts';

/** Maximum number of tracks: a video needs picture, sound, time code and a few of the camera's own. */
const maxTracks = 32;

/** A track of video or audio. */
export interface Track {
  kind: 'vide' | 'soun';
  /** Players skip disabled tracks, such as another language. */
  isEnabled: boolean;
  /** Whether it is displayed with a quarter turn. */
  isTurned: boolean;
  boxes: readonly Box[];
  /** The boxes of its `mdia`. */
  inMedia: readonly Box[];
}

/** Returns the tracks of video and audio. Time codes, chapters, subtitles and camera metadata are ignored. */
export const tracksOf = async (file: FileRanges, inMovie: readonly Box[]): Promise<Track[]> => {
  const found = inMovie.filter(({ type }) => type === 'trak');
  if (found.length > maxTracks) throw broken('the video has too many tracks');
  const tracks: Track[] = [];
  for (const { start, end } of found) {
    const boxes = await boxesIn(file, start, end);
    const media = boxes.find(({ type }) => type === 'mdia');
    const inMedia = media ? await boxesIn(file, media.start, media.end) : [];
    const handler = inMedia.find(({ type }) => type === 'hdlr');
    const kind = (await headOf(file, handler, 12)).toString('latin1', 8, 12);
    if (kind !== 'vide' && kind !== 'soun') continue;
    const [header] = boxes.filter(({ type }) => type === 'tkhd');
    tracks.push({ kind, ...(await headerOf(file, header)), boxes, inMedia });
  }
  return tracks;
};

/** The enabled tracks of a kind, or all of them if none is enabled. */
export const enabledOf = (tracks: readonly Track[], kind: Track['kind']): Track[] => {
  const all = tracks.filter((track) => track.kind === kind);
  const enabled = all.filter(({ isEnabled }) => isEnabled);
  return enabled.length > 0 ? enabled : all;
};

/** Reads `tkhd` (ISO/IEC 14496-12, 8.3.2): after a quarter turn, `a` and `d` of its matrix are zero. */
const headerOf = async (file: FileRanges, header: Box | undefined) => {
  const flags = (await headOf(file, header, 4)).readUInt32BE(0);
  const isLong = flags >>> 24 === 1;
  const matrix = (await headOf(file, header, isLong ? 88 : 76)).subarray(isLong ? 52 : 40);
  const isTurned = matrix.readInt32BE(0) === 0 && matrix.readInt32BE(16) === 0 && matrix.readInt32BE(4) !== 0;
  return { isEnabled: (flags & 1) === 1, isTurned };
};

/** The descriptions of a track's samples (ISO/IEC 14496-12, 8.5.2): one per codec. */
export const entriesOf = async (file: FileRanges, { inMedia }: Track): Promise<Box[]> => {
  const [descriptions] = await boxesAt(file, inMedia, 'minf', 'stbl', 'stsd');
  const count = (await headOf(file, descriptions, 8)).readUInt32BE(4);
  const entries = descriptions ? await boxesIn(file, descriptions.start + 8, descriptions.end) : [];
  if (count === 0 || entries.length === 0) throw broken('a track of the video has no description');
  return entries;
};
