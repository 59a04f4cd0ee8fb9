import type { FileRanges } from './file-ranges.ts';
import { broken } from './refusal.ts';

/** A box of an MP4 or QuickTime file (ISO/IEC 14496-12, 4.2): where its content begins and ends in the file. */
export interface Box {
  type: string;
  start: number;
  end: number;
}

/** Boxes side by side beyond this many are no video's. */
const mostBoxes = 10_000;

/**
 * The boxes between two places of the file, in their order. They lie side by side without a gap, and the last ends
 * where the outer one does.
 * @throws DomainError `media_broken` for a box that reaches beyond
 */
export const boxesIn = async (file: FileRanges, start: number, end: number): Promise<Box[]> => {
  const boxes: Box[] = [];
  let at = start;
  while (at < end) {
    if (boxes.length === mostBoxes) throw broken('the video has boxes without end');
    const box = await boxAt(file, at, end);
    boxes.push(box);
    at = box.end;
  }
  return boxes;
};

const boxAt = async (file: FileRanges, at: number, outerEnd: number): Promise<Box> => {
  if (outerEnd - at < 8) throw broken('the video ends too early, or something stands behind its end');
  const head = await file.read(at, Math.min(16, outerEnd - at));
  const short = head.readUInt32BE(0);
  const type = head.toString('latin1', 4, 8);
  if (!/^[\x20-\x7e\xa9]{4}$/.test(type)) throw broken('something that is no box stands in the video');
  // 1: the length follows as 64 bits; 0: to the end of what it lies in.
  const isLong = short === 1;
  if (isLong && head.length < 16) throw broken('the video ends too early');
  const length = isLong ? Number(head.readBigUInt64BE(8)) : short === 0 ? outerEnd - at : short;
  const start = at + (isLong ? 16 : 8);
  if (at + length < start || at + length > outerEnd) throw broken('the video ends too early');
  return { type, start, end: at + length };
};

/** The boxes of these types, one after the other into the depth: `moov`, then `trak` within it. */
export const boxesAt = async (file: FileRanges, outer: readonly Box[], ...path: readonly string[]): Promise<Box[]> => {
  const [type, ...deeper] = path;
  const found = outer.filter((box) => box.type === type);
  if (deeper.length === 0) return found;
  const within: Box[] = [];
  for (const box of found) within.push(...(await boxesAt(file, await boxesIn(file, box.start, box.end), ...deeper)));
  return within;
};

/** The first bytes of a box's content. @throws DomainError `media_broken` when it has fewer */
export const headOf = (file: FileRanges, box: Box | undefined, length: number): Promise<Buffer> => {
  if (!box || box.end - box.start < length) throw broken('a box that every video has is missing, or too short');
  return file.read(box.start, length);
};
