import { broken, whole } from './errors.ts';
import { type Box, boxesIn, headOf } from './mp4-boxes.ts';
import type { FileRanges } from './range-reader.ts';

/** Bytes before the boxes of a sound description, by its version (QuickTime File Format: sound descriptions). */
const fixedBytes: Readonly<Record<number, number>> = { 0: 28, 1: 44, 2: 64 };

/** Object type of MPEG-4 Audio (ISO/IEC 14496-1, table 5). */
const aac = 0x40;

const taken = 'X accepts AAC-LC with one or two channels';

/** Why X would not accept this audio (X API: media best practices); undefined if it would. */
export const faultOfSound = async (file: FileRanges, entry: Box): Promise<string | undefined> => {
  if (entry.type !== 'mp4a') return `has audio as ${entry.type.trim()}: ${taken}`;
  const version = (await headOf(file, entry, 28)).readUInt16BE(8);
  const boxes = await boxesIn(file, entry.start + (fixedBytes[version] ?? 28), entry.end);
  const wave = boxes.find(({ type }) => type === 'wave');
  const within = wave ? await boxesIn(file, wave.start, wave.end) : boxes;
  const description = within.find(({ type }) => type === 'esds');
  if (!description || description.end - description.start > 4096)
    throw broken('the audio of the video has no description');
  const bytes = await headOf(file, description, description.end - description.start);
  const { objectType, audioType, channels } = whole('the audio', () => decoderOf(bytes));
  if (objectType !== aac || audioType !== 2) return `has audio that is not AAC-LC: ${taken}`;
  return channels < 1 || channels > 2 ? `has audio with ${channels} channels: ${taken}` : undefined;
};

/** Reads the decoder configuration (ISO/IEC 14496-1, 7.2.6; 14496-3, 1.6.2.1). */
const decoderOf = (bytes: Buffer): { objectType: number; audioType: number; channels: number } => {
  const stream = descriptorAt(bytes, 4, 3);
  const flags = bytes.readUInt8(stream + 2);
  const urlBytes = (flags & 0x40) === 0 ? 0 : bytes.readUInt8(stream + 3 + (flags & 0x80 ? 2 : 0)) + 1;
  const decoder = descriptorAt(bytes, stream + 3 + (flags & 0x80 ? 2 : 0) + urlBytes + (flags & 0x20 ? 2 : 0), 4);
  const objectType = bytes.readUInt8(decoder);
  // Only AAC is certain to have a further description.
  if (objectType !== aac) return { objectType, audioType: 0, channels: 0 };
  const specific = descriptorAt(bytes, decoder + 13, 5);
  const bits = bytes.readUInt16BE(specific);
  // An explicit frequency takes 24 bits before the channels.
  const hasOwnFrequency = ((bits >> 7) & 0xf) === 0xf;
  const channels = hasOwnFrequency ? (bytes.readUInt8(specific + 4) >> 3) & 0xf : (bits >> 3) & 0xf;
  return { objectType, audioType: bits >> 11, channels };
};

/** Where the content of a descriptor begins; its length has one to four bytes. */
const descriptorAt = (bytes: Buffer, at: number, tag: number): number => {
  if (bytes.readUInt8(at) !== tag) throw broken('the audio of the video has no description');
  let start = at + 1;
  while (start < at + 4 && (bytes.readUInt8(start) & 0x80) !== 0) start += 1;
  return start + 1;
};
