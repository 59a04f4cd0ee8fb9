import type { Found } from '../../domain/media.ts';
import { broken, refusal } from './errors.ts';
import { faultOfSound } from './mp4-audio.ts';
import { type Box, boxesAt, boxesIn, boxesOfFilm, headOf } from './mp4-boxes.ts';
import { samplesOf } from './mp4-samples.ts';
import { shownSeconds, ticksPerSecond, wholeSeconds } from './mp4-times.ts';
import { enabledOf, entriesOf, type Track, tracksOf } from './mp4-tracks.ts';
import type { FileRanges } from './range-reader.ts';

/** A video and its frame rate, per second. */
export interface FoundVideo {
  found: Found;
  frameRate: number;
}

/** H.264 profiles with 4:2:0 and 8 bits, which X accepts: Baseline, Main, Extended, High (ITU-T H.264, A.2). */
const shownProfiles = new Set([66, 77, 88, 100]);

/** Common names of codecs that X does not accept, by the type of their description. */
const codecs: Readonly<Record<string, string>> = {
  ...{ hvc1: 'HEVC', hev1: 'HEVC', dvh1: 'Dolby Vision', dvhe: 'Dolby Vision', av01: 'AV1', vp09: 'VP9' },
  ...{ apch: 'ProRes', apcn: 'ProRes', apcs: 'ProRes', apco: 'ProRes', ap4h: 'ProRes', mp4v: 'MPEG-4 Visual' },
  ...{ encv: 'encrypted video', jpeg: 'Motion JPEG', mjpa: 'Motion JPEG' },
};

/**
 * Inspects an MP4 or QuickTime file by its index (`moov`), wherever that is in the file; media data is not read. Of
 * several indexes the first counts, of several tracks the enabled ones.
 * @throws DomainError `media_broken`, `media_fragmented`, `media_without_picture`, `media_codec`
 */
export const inspectVideo = async (file: FileRanges): Promise<FoundVideo> => {
  const top = await boxesOfFilm(file);
  const movie = top.find(({ type }) => type === 'moov');
  const inMovie = movie ? await boxesIn(file, movie.start, movie.end) : [];
  if ([...top, ...inMovie].some(({ type }) => type === 'moof' || type === 'mvex')) throw inFragments();
  if (!movie) throw broken('the video has no index: its recording or export was not completed');
  if (!top.some(({ type }) => type === 'mdat')) throw broken('the video has an index but no media data');

  const tracks = await tracksOf(file, inMovie);
  const [shown] = await picturesFirst(file, enabledOf(tracks, 'vide'));
  if (!shown) throw refusal('media_without_picture', 'contentType', 'has audio only');
  const [header] = inMovie.filter(({ type }) => type === 'mvhd');
  const movieSeconds = await wholeSeconds(file, header);
  const picture = await lookIntoPicture(file, shown, await ticksPerSecond(file, header));
  await assertSound(file, enabledOf(tracks, 'soun'));
  const durationMs = Math.round(Math.max(movieSeconds, picture.seconds) * 1000);
  const { width, height, frameRate } = picture;
  return { found: { contentType: await typeOf(file, top), width, height, durationMs, frames: null }, frameRate };
};

const inFragments = () => {
  const how = 'is fragmented, as browsers and live recorders write it: export it as one MP4 for the web';
  return refusal('media_fragmented', 'contentType', `${how} ("fast start")`);
};

/** A QuickTime file has QuickTime as its first brand, or no brands, as in the early days. */
const typeOf = async (file: FileRanges, top: readonly Box[]): Promise<'video/mp4' | 'video/quicktime'> => {
  const brands = top.find(({ type }) => type === 'ftyp');
  if (!brands) return 'video/quicktime';
  return (await headOf(file, brands, 4)).toString('latin1') === 'qt  ' ? 'video/quicktime' : 'video/mp4';
};

/** Sorts tracks with H.264 before those with a cover or a thumbnail, which are video tracks as well. */
const picturesFirst = async (file: FileRanges, tracks: readonly Track[]): Promise<Track[]> => {
  const coded: Track[] = [];
  const others: Track[] = [];
  for (const track of tracks) {
    const [entry] = await entriesOf(file, track);
    (entry && isH264(entry) ? coded : others).push(track);
  }
  return [...coded, ...others];
};

const isH264 = ({ type }: Box): boolean => type === 'avc1' || type === 'avc3';

/** @throws DomainError `media_codec` if there is audio, and X accepts none of it */
const assertSound = async (file: FileRanges, tracks: readonly Track[]): Promise<void> => {
  let first: string | undefined;
  for (const track of tracks) {
    const [entry] = await entriesOf(file, track);
    const fault = entry && (await faultOfSound(file, entry));
    if (fault === undefined) return;
    first ??= fault;
  }
  if (first !== undefined) throw refusal('media_codec', 'contentType', first);
};

interface Picture extends Size {
  seconds: number;
  frameRate: number;
}

const lookIntoPicture = async (file: FileRanges, track: Track, movieScale: number): Promise<Picture> => {
  const [entry] = await entriesOf(file, track);
  if (!entry) throw broken('a track of the video has no description');
  const size = await sizeOf(file, entry);
  const [mediaHeader] = track.inMedia.filter(({ type }) => type === 'mdhd');
  const scale = await ticksPerSecond(file, mediaHeader);
  const { samples, ticks } = await samplesOf(file, await boxesAt(file, track.inMedia, 'minf', 'stbl'));
  if (ticks === 0) throw broken('the video has no frames');
  const seconds = (await shownSeconds(file, track.boxes, movieScale)) ?? ticks / scale;
  const turned = track.isTurned ? { width: size.height, height: size.width } : size;
  return { ...turned, seconds, frameRate: (samples * scale) / ticks };
};

interface Size {
  width: number;
  height: number;
}

/** Size in pixels, before any turn. @throws DomainError `media_codec` unless it is H.264 with 4:2:0 and 8 bits */
const sizeOf = async (file: FileRanges, entry: Box): Promise<Size> => {
  const name = entry.type.trim();
  if (!isH264(entry)) throw unshown(`is encoded as ${codecs[name] ?? name}`);
  const fixed = await headOf(file, entry, 78);
  const described = await boxesIn(file, entry.start + 78, entry.end);
  const configuration = described.find(({ type }) => type === 'avcC');
  const profile = (await headOf(file, configuration, 4)).readUInt8(1);
  if (profile === 110) throw unshown('is 10-bit H.264, as in HDR');
  if (!shownProfiles.has(profile)) throw unshown(`is H.264 with profile ${profile}`);
  const shape = described.find(({ type }) => type === 'pasp');
  return stretched(file, { width: fixed.readUInt16BE(24), height: fixed.readUInt16BE(26) }, shape);
};

/**
 * Non-square pixels are stretched one way (ISO/IEC 14496-12, 12.1.4): 1440x1080 of old cameras is shown as 1920x1080.
 */
const stretched = async (file: FileRanges, size: Size, shape: Box | undefined): Promise<Size> => {
  if (!shape || shape.end - shape.start < 8) return size;
  const head = await headOf(file, shape, 8);
  const [across, down] = [head.readUInt32BE(0), head.readUInt32BE(4)];
  if (across === 0 || down === 0) return size;
  const { width, height } = size;
  return across > down
    ? { width: Math.round((width * across) / down), height }
    : { width, height: Math.round((height * down) / across) };
};

const unshown = (what: string) =>
  refusal('media_codec', 'contentType', `${what}: X accepts 8-bit H.264 in 4:2:0 (Baseline, Main or High)`);
