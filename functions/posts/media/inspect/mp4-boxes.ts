import { broken } from './errors.ts';
import type { FileRanges } from './range-reader.ts';

/** A box of an MP4 or QuickTime file (ISO/IEC 14496-12, 4.2): where its content begins and ends in the file. */
export interface Box {
  type: string;
  start: number;
  end: number;
}

/** Maximum number of sibling boxes; no video has more. */
const maxBoxes = 10_000;

/**
 * Returns the boxes in a range of the file, in order. QuickTime ends some lists with zeros: four are shorter than a
 * box, and are ignored; more are a box without a name (QuickTime File Format: `wave`, user data).
 * @throws DomainError `media_broken` for a box that extends beyond the range
 */
export const boxesIn = async (file: FileRanges, start: number, end: number): Promise<Box[]> => {
  const boxes: Box[] = [];
  let at = start;
  while (end - at >= 8) {
    const box = await boxAt(file, at, end);
    if (!isWhole(box, end)) throw endsTooEarly();
    at = add(boxes, box);
  }
  return boxes;
};

/**
 * Returns the top-level boxes of a video. What follows its index and its media data is not part of it: what cameras and
 * archives append, or a second video.
 * @throws DomainError `media_broken` if it is truncated
 */
export const boxesOfFilm = async (file: FileRanges): Promise<Box[]> => {
  const boxes: Box[] = [];
  let at = 0;
  while (file.bytes - at >= 8) {
    const box = await boxAt(file, at, file.bytes);
    if (!isWhole(box, file.bytes)) {
      if (isNeeded(box) || !['moov', 'mdat'].every((type) => boxes.some((each) => each.type === type)))
        throw endsTooEarly();
      break;
    }
    at = add(boxes, box);
  }
  return boxes;
};

const isNeeded = ({ type }: Box): boolean => type === 'moov' || type === 'mdat' || type === 'moof';
const isWhole = ({ start, end }: Box, outerEnd: number): boolean => end >= start && end <= outerEnd;
const endsTooEarly = () => broken('the video ends too early');

/** Adds a box. @returns where the next one begins */
const add = (boxes: Box[], box: Box): number => {
  if (boxes.length === maxBoxes) throw broken('the video has too many boxes');
  boxes.push(box);
  return box.end;
};

/** Reads the header of a box, true or not. Needs eight bytes. */
const boxAt = async (file: FileRanges, at: number, outerEnd: number): Promise<Box> => {
  const head = await file.read(at, Math.min(16, outerEnd - at));
  const short = head.readUInt32BE(0);
  // 1: a 64-bit length follows; 0: the box extends to the end of its parent.
  const isLong = short === 1 && head.length === 16;
  const length = isLong ? Number(head.readBigUInt64BE(8)) : short === 0 ? outerEnd - at : short;
  return { type: head.toString('latin1', 4, 8), start: at + (isLong ? 16 : 8), end: at + length };
};

/** The boxes at a path of types: `moov`, then `trak` within it. */
export const boxesAt = async (file: FileRanges, outer: readonly Box[], ...path: readonly string[]): Promise<Box[]> => {
  const [type, ...deeper] = path;
  const found = outer.filter((box) => box.type === type);
  if (deeper.length === 0) return found;
  const within: Box[] = [];
  for (const box of found) within.push(...(await boxesAt(file, await boxesIn(file, box.start, box.end), ...deeper)));
  return within;
};

/** The first bytes of a box's content. @throws DomainError `media_broken` if the box is missing or has fewer */
export const headOf = (file: FileRanges, box: Box | undefined, length: number): Promise<Buffer> => {
  if (!box || box.end - box.start < length) throw broken('a required box of the video is missing or too short');
  return file.read(box.start, length);
};
