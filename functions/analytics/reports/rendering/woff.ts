import { inflateSync } from 'node:zlib';

/** Bytes of the headers and of a table's entry in each format (W3C: WOFF File Format 1.0; OpenType: font file). */
const woff = { header: 44, entry: 20 } as const;
const sfnt = { header: 12, entry: 16 } as const;

const isWoff = (file: Buffer): boolean => file.toString('latin1', 0, 4) === 'wOFF';

const aligned = (length: number): number => Math.ceil(length / 4) * 4;

/** A table of a font, as in both formats. */
interface Table {
  tag: Buffer;
  checksum: number;
  data: Buffer;
}

const tablesOf = (file: Buffer): Table[] =>
  Array.from({ length: file.readUInt16BE(12) }, (_, at) => {
    const entry = file.subarray(woff.header + at * woff.entry);
    const [offset, packed, length] = [entry.readUInt32BE(4), entry.readUInt32BE(8), entry.readUInt32BE(12)];
    const stored = file.subarray(offset, offset + packed);
    const data = packed < length ? inflateSync(stored) : stored;
    return { tag: entry.subarray(0, 4), checksum: entry.readUInt32BE(16), data };
  });

const headerOf = (flavour: Buffer, count: number): Buffer => {
  const header = Buffer.alloc(sfnt.header);
  const power = Math.floor(Math.log2(count));
  flavour.copy(header);
  header.writeUInt16BE(count, 4);
  header.writeUInt16BE(16 * 2 ** power, 6);
  header.writeUInt16BE(power, 8);
  header.writeUInt16BE(16 * (count - 2 ** power), 10);
  return header;
};

/**
 * Decompresses a WOFF font; any other file is returned as it is. fontkit itself would decompress a whole table in
 * JavaScript each time it reads from it, which takes seconds for a large font.
 */
export const unpacked = (file: Buffer): Buffer => {
  if (!isWoff(file)) return file;
  const tables = tablesOf(file);
  let offset = sfnt.header + tables.length * sfnt.entry;
  const entries = tables.map(({ tag, checksum, data }) => {
    const entry = Buffer.alloc(sfnt.entry);
    tag.copy(entry);
    entry.writeUInt32BE(checksum, 4);
    entry.writeUInt32BE(offset, 8);
    entry.writeUInt32BE(data.length, 12);
    offset += aligned(data.length);
    return entry;
  });
  const padded = tables.flatMap(({ data }) => [data, Buffer.alloc(aligned(data.length) - data.length)]);
  return Buffer.concat([headerOf(file.subarray(4, 8), tables.length), ...entries, ...padded]);
};
