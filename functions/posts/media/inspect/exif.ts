/** The tag of the orientation, and its values for a quarter turn, 5 to 8 (Exif 3.0, 4.6.5.1.6). */
const orientationTag = 0x0112;
const quarterTurns = new Set([5, 6, 7, 8]);

/** A camera's first directory has a few dozen tags; further ones are not searched. */
const maxTags = 1_000;

/**
 * Whether an image is displayed with width and height swapped, according to the Exif in an APP1 segment; undefined if
 * the segment does not say. Damaged Exif is ignored, as by viewers.
 */
export const isSideways = (segment: Buffer): boolean | undefined => {
  if (segment.toString('latin1', 0, 6) !== 'Exif\0\0') return undefined;
  try {
    const orientation = orientationOf(segment.subarray(6));
    return orientation === undefined ? undefined : quarterTurns.has(orientation);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
};

/** The orientation in the first directory of a TIFF header (TIFF 6.0, section 2). */
const orientationOf = (tiff: Buffer): number | undefined => {
  const order = tiff.toString('latin1', 0, 2);
  if (order !== 'II' && order !== 'MM') return undefined;
  const short = (at: number) => (order === 'II' ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const directory = order === 'II' ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  const tags = Math.min(short(directory), maxTags);
  for (let tag = 0; tag < tags; tag += 1) {
    const at = directory + 2 + tag * 12;
    if (short(at) === orientationTag) return short(at + 8);
  }
  return undefined;
};
