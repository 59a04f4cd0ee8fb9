import type { Found } from '../domain/media.ts';
import { broken, whole } from './refusal.ts';

/** More frames than this are not counted: X takes 350. */
const mostFrames = 10_000;

/**
 * A GIF (GIF89a specification), walked block by block to its trailer.
 * @throws DomainError `media_broken` when it is cut, has something behind its trailer, or a frame outside its screen
 */
export const lookIntoGif = (bytes: Buffer): Found => whole('the GIF', () => walk(bytes));

const walk = (bytes: Buffer): Found => {
  const [width, height] = [bytes.readUInt16LE(6), bytes.readUInt16LE(8)];
  let at = 13 + colourTableBytes(bytes.readUInt8(10));
  let frames = 0;
  let hundredths = 0;
  for (;;) {
    const block = bytes.readUInt8(at);
    if (block === 0x3b) break;
    if (block === 0x21) {
      if (bytes.readUInt8(at + 1) === 0xf9) hundredths += bytes.readUInt16LE(at + 4);
      at = pastSubBlocks(bytes, at + 2);
    } else if (block === 0x2c) {
      frames += 1;
      if (frames > mostFrames) throw broken('the GIF has no end of frames');
      assertWithin(bytes, at, width, height);
      const data = at + 10 + colourTableBytes(bytes.readUInt8(at + 9));
      const codeBits = bytes.readUInt8(data);
      if (codeBits < 1 || codeBits > 8 || bytes.readUInt8(data + 1) === 0) throw broken('a frame of the GIF is empty');
      at = pastSubBlocks(bytes, data + 1);
    } else {
      throw broken('the GIF has a block of no known kind');
    }
  }
  if (at + 1 !== bytes.length) throw broken('something stands behind the end of the GIF');
  if (frames === 0) throw broken('the GIF has no picture');
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

/** A frame that is larger than the screen makes decoders reserve more than the header says. */
const assertWithin = (bytes: Buffer, at: number, width: number, height: number): void => {
  const right = bytes.readUInt16LE(at + 1) + bytes.readUInt16LE(at + 5);
  const bottom = bytes.readUInt16LE(at + 3) + bytes.readUInt16LE(at + 7);
  if (right > width || bottom > height) throw broken('a frame of the GIF is larger than the GIF');
};
