import { broken } from './errors.ts';
import { type Box, boxesAt, headOf } from './mp4-boxes.ts';
import type { FileRanges } from './range-reader.ts';

/** Maximum number of edits that are added up: a video has a few cuts. */
const maxEdits = 1_000;

/** Time scale in `mvhd` or `mdhd`, which have it at the same offset (ISO/IEC 14496-12, 8.2.2 and 8.4.2). */
export const ticksPerSecond = async (file: FileRanges, header: Box | undefined): Promise<number> => {
  const head = await headOf(file, header, 20);
  const ticks = head.readUInt8(0) === 1 ? (await headOf(file, header, 24)).readUInt32BE(20) : head.readUInt32BE(12);
  if (ticks === 0) throw broken('the video has no time scale');
  return ticks;
};

/** Duration of the video by its header, in seconds; zero if it is unknown, which is all ones. */
export const wholeSeconds = async (file: FileRanges, header: Box | undefined): Promise<number> => {
  const scale = await ticksPerSecond(file, header);
  const head = await headOf(file, header, 20);
  if (head.readUInt8(0) !== 1) return head.readUInt32BE(16) === 0xffff_ffff ? 0 : head.readUInt32BE(16) / scale;
  const ticks = (await headOf(file, header, 32)).readBigUInt64BE(24);
  return ticks === 0xffff_ffff_ffff_ffffn ? 0 : Number(ticks) / scale;
};

/**
 * How long a track is displayed according to its edit list (ISO/IEC 14496-12, 8.6.6): a trimmed video keeps what was
 * cut off. In seconds; undefined without a list that says.
 * @param scale time scale in the video's header
 */
export const shownSeconds = async (
  file: FileRanges,
  inTrack: readonly Box[],
  scale: number,
): Promise<number | undefined> => {
  const [list] = await boxesAt(file, inTrack, 'edts', 'elst');
  if (!list || list.end - list.start < 8) return undefined;
  const head = await headOf(file, list, 8);
  const [isLong, edits] = [head.readUInt8(0) === 1, head.readUInt32BE(4)];
  const bytes = isLong ? 20 : 12;
  if (edits > maxEdits || list.end - list.start < 8 + edits * bytes) return undefined;
  const table = await file.read(list.start + 8, edits * bytes);
  let ticks = 0;
  for (let at = 0; at < table.length; at += bytes)
    ticks += isLong ? Number(table.readBigUInt64BE(at)) : table.readUInt32BE(at);
  return ticks === 0 ? undefined : ticks / scale;
};
