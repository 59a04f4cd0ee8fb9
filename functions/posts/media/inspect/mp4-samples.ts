import { broken } from './errors.ts';
import { type Box, boxesIn, headOf } from './mp4-boxes.ts';
import type { FileRanges } from './range-reader.ts';

/** Maximum number of samples: 60 frames per second for many times longer than X accepts. */
const maxSamples = 10_000_000;

/** Number of table entries read at a time: eight bytes each. */
const entriesAtOnce = 8_000;

/**
 * Returns how many samples a track has and how long they last, in ticks of its time scale: summed up from its table of
 * times, since its header may be wrong.
 * @throws DomainError `media_broken` if the tables are truncated, or claim more than the file can hold
 */
export const samplesOf = async (
  file: FileRanges,
  [table]: readonly Box[],
): Promise<{ samples: number; ticks: number }> => {
  const boxes = table ? await boxesIn(file, table.start, table.end) : [];
  const sizes = boxes.find(({ type }) => type === 'stsz' || type === 'stz2');
  const head = await headOf(file, sizes, 12);
  const samples = head.readUInt32BE(8);
  if (samples > maxSamples) throw broken('the video has too many frames');
  if (sizes?.type === 'stsz') assertSizes(head.readUInt32BE(4), samples, sizes.end - sizes.start, file.bytes);
  const times = await timesOf(
    file,
    boxes.find(({ type }) => type === 'stts'),
  );
  // Not compared with the number of sizes: readers show the samples that have a size, whatever the table of times says.
  return times;
};

/** Checks that all samples have one size, or the table has the size of each (ISO/IEC 14496-12, 8.7.3.2). */
const assertSizes = (size: number, samples: number, tableBytes: number, fileBytes: number): void => {
  if (size * samples > fileBytes) throw broken('the video has more frames than bytes');
  if (size === 0 && tableBytes < 12 + samples * 4) throw broken('the sample size table of the video is truncated');
};

/** Sums up the table of times (ISO/IEC 14496-12, 8.6.1.2): pairs of a sample count and the ticks of each sample. */
const timesOf = async (file: FileRanges, box: Box | undefined): Promise<{ samples: number; ticks: number }> => {
  const count = (await headOf(file, box, 8)).readUInt32BE(4);
  if (!box || box.end - box.start < 8 + count * 8) throw broken('the sample time table of the video is truncated');
  let samples = 0;
  let ticks = 0;
  for (let done = 0; done < count; done += entriesAtOnce) {
    const entries = Math.min(entriesAtOnce, count - done);
    const bytes = await file.read(box.start + 8 + done * 8, entries * 8);
    for (let entry = 0; entry < entries; entry += 1) {
      const many = bytes.readUInt32BE(entry * 8);
      samples += many;
      ticks += many * bytes.readUInt32BE(entry * 8 + 4);
    }
  }
  return { samples, ticks };
};
