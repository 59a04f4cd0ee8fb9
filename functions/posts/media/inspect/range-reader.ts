import type { StoredFile } from '../../ports/media-files.ts';
import { broken } from './errors.ts';

/** Random access to the bytes of a file. One window of it is in memory, so reads must follow one another. */
export interface FileRanges {
  bytes: number;
  /**
   * Returns exactly these bytes, at most a window's.
   * @throws DomainError `media_broken` if the file does not have them
   */
  read(start: number, length: number): Promise<Buffer>;
}

const windowBytes = 64 * 1024;

/**
 * A video's index takes about a hundred windows, and a few reads per box; a file that needs many more is not a video.
 * The budget is for the whole file, whatever is read in it and how often.
 */
const maxWindows = 250;

const maxReads = 100_000;

/** Reads a file through one window of 64 KiB. */
export const throughWindow = (file: StoredFile): FileRanges => {
  let from = 0;
  let window = Buffer.alloc(0);
  let windows = 0;
  let reads = 0;
  return {
    bytes: file.bytes,
    async read(start, length) {
      if (length > windowBytes || start < 0 || start + length > file.bytes) throw broken('it ends too early');
      reads += 1;
      if (reads > maxReads) throw broken('it has too many pieces');
      if (start < from || start + length > from + window.length) {
        windows += 1;
        if (windows > maxWindows) throw broken('its data is scattered over too many places');
        from = start;
        window = Buffer.from(await file.read(start, Math.min(start + windowBytes, file.bytes)));
        if (window.length < length) throw broken('it ends too early');
      }
      return window.subarray(start - from, start - from + length);
    },
  };
};
