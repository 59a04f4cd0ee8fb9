import type { Found } from './media.ts';

/** Maximum dimensions that X accepts for a kind of file, in pixels. */
interface Limits {
  /** Maximum of the longer and the shorter side, in either orientation. */
  longerSide: number;
  shorterSide: number;
}

/** X publishes no pixel limit for images; ours keeps decoders from allocating a gigabyte. */
const picture: Limits = { longerSide: 8192, shorterSide: 8192 };
/** X API, media best practices: at most 1280x1080, 350 frames, and 300 million pixels over all frames. */
const gif: Limits & { frames: number; pixels: number } = {
  longerSide: 1280,
  shorterSide: 1080,
  frames: 350,
  pixels: 300_000_000,
};
/**
 * X API, media best practices: at least 32x32, 1:3 to 3:1, at most 60 frames a second, 0.5 s to 125 minutes. It names
 * 1280x1024 and 1080p as the largest, and scales larger videos down; our upper bound is the maximum of H.264.
 */
const video = {
  longerSide: 8192,
  shorterSide: 8192,
  leastSide: 32,
  aspect: 3,
  framesPerSecond: 60,
  leastMs: 500,
  maxMinutes: 125,
};

/** How a file exceeds X's limits: a code for programs, the field and a sentence. */
export interface Excess {
  code: 'media_dimensions' | 'media_frames' | 'media_duration' | 'media_frame_rate';
  field: 'width' | 'height' | 'frames' | 'durationMs' | 'frameRate';
  message: string;
}

/**
 * Returns the first of X's limits that a file exceeds; undefined if X accepts it.
 * @param frameRate of a video, in frames per second
 */
export const excessOf = (found: Found, frameRate: number | null = null): Excess | undefined => {
  const { contentType, width, height } = found;
  if (width === null || height === null) return undefined;
  if (contentType === 'image/gif') return sideExcess(width, height, gif) ?? gifExcess(found, width * height);
  if (contentType.startsWith('video/'))
    return sideExcess(width, height, video) ?? videoExcess(found, width, height, frameRate);
  return sideExcess(width, height, picture);
};

const sideExcess = (width: number, height: number, { longerSide, shorterSide }: Limits): Excess | undefined => {
  if (width < 1 || height < 1)
    return { code: 'media_dimensions', field: width < 1 ? 'width' : 'height', message: 'must be at least 1' };
  if (Math.max(width, height) <= longerSide && Math.min(width, height) <= shorterSide) return undefined;
  const field = width > height ? 'width' : 'height';
  const message = `is too large: the limit is ${longerSide}x${shorterSide} pixels, and the file has ${width}x${height}`;
  return { code: 'media_dimensions', field, message };
};

const gifExcess = ({ frames }: Found, pixels: number): Excess | undefined => {
  if (frames === null || (frames <= gif.frames && frames * pixels <= gif.pixels)) return undefined;
  const message = `are too many: X accepts at most ${gif.frames} frames, and ${gif.pixels} pixels over all frames`;
  return { code: 'media_frames', field: 'frames', message };
};

const videoExcess = (
  { durationMs }: Found,
  width: number,
  height: number,
  frameRate: number | null,
): Excess | undefined => {
  const [shorter, longer] = [Math.min(width, height), Math.max(width, height)];
  const field = width < height ? 'width' : 'height';
  if (shorter < video.leastSide)
    return { code: 'media_dimensions', field, message: `must be at least ${video.leastSide} pixels` };
  if (longer > shorter * video.aspect)
    return {
      code: 'media_dimensions',
      field,
      message: `is too small: X accepts aspect ratios from 1:${video.aspect} to ${video.aspect}:1`,
    };
  const maxMs = video.maxMinutes * 60_000;
  if (durationMs === null || durationMs < video.leastMs || durationMs > maxMs)
    return {
      code: 'media_duration',
      field: 'durationMs',
      message: `must be ${video.leastMs} to ${maxMs} milliseconds`,
    };
  // Frame times are rounded to ticks, which can raise the computed rate slightly.
  if (frameRate !== null && frameRate > video.framesPerSecond + 0.5)
    return {
      code: 'media_frame_rate',
      field: 'frameRate',
      message: `must be at most ${video.framesPerSecond} frames per second`,
    };
  return undefined;
};
