import type { Found } from '../../domain/media.ts';
import { broken, whole } from './errors.ts';

/** Maximum number of frames that are counted; X accepts 350. */
const maxFrames = 10_000;

/** Maximum side of a frame that exceeds the screen, in pixels: decoders allocate memory for it. */
const longestSide = 8192;

/**
 * Inspects a GIF (GIF89a specification), block by block to its trailer, or to a block of unknown kind or the end of the
 * file after a whole frame: browsers display it that far. If the first frame is larger than the screen, the screen
 * grows, as in browsers; later frames are clipped to it.
 * @throws DomainError `media_broken` if it is truncated within a frame
 */
export const inspectGif = (bytes: Buffer): Found => whole('the GIF', () => walk(bytes));

const walk = (bytes: Buffer): Found => {
  let [width, height] = [bytes.readUInt16LE(6), bytes.readUInt16LE(8)];
  let at = 13 + colourTableBytes(bytes.readUInt8(10));
  let frames = 0;
  let hundredths = 0;
  while (at < bytes.length) {
    const block = bytes.readUInt8(at);
    if (block === 0x21) {
      if (bytes.readUInt8(at + 1) === 0xf9) hundredths += bytes.readUInt16LE(at + 4);
      at = pastSubBlocks(bytes, at + 2);
    } else if (block === 0x2c) {
      frames += 1;
      if (frames > maxFrames) throw broken('the GIF has too many frames');
      const frame = frameAt(bytes, at);
      if (frames === 1) {
        [width, height] = [Math.max(width, frame.left + frame.width), Math.max(height, frame.top + frame.height)];
      } else if (frame.width > Math.max(width, longestSide) || frame.height > Math.max(height, longestSide)) {
        throw broken('a frame of the GIF is far larger than X accepts');
      }
      const data = at + 10 + colourTableBytes(bytes.readUInt8(at + 9));
      const codeBits = bytes.readUInt8(data);
      if (codeBits < 1 || codeBits > 8 || bytes.readUInt8(data + 1) === 0) throw broken('a frame of the GIF is empty');
      at = pastSubBlocks(bytes, data + 1);
    } else {
      break;
    }
  }
  if (frames === 0) throw broken('the GIF has no image');
  const isMoving = frames > 1;
  return {
    contentType: 'image/gif',
    width,
    height,
    durationMs: isMoving ? hundredths * 10 : null,
    frames: isMoving ? frames : null,
  };
};

const colourTableBytes = (flags: number): number => ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1));

const pastSubBlocks = (bytes: Buffer, start: number): number => {
  let at = start;
  for (let length = bytes.readUInt8(at); length > 0; length = bytes.readUInt8(at)) at += length + 1;
  return at + 1;
};

/** Position and size of a frame on the screen, in pixels. */
const frameAt = (bytes: Buffer, at: number) => ({
  left: bytes.readUInt16LE(at + 1),
  top: bytes.readUInt16LE(at + 3),
  width: bytes.readUInt16LE(at + 5),
  height: bytes.readUInt16LE(at + 7),
});
