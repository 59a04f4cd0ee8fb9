import type { StoredFile } from '../../ports/media-files.ts';
import { broken } from './errors.ts';

/** Bytes of a file wherever they are wanted: one window of it lies in memory, so one read follows the other. */
export interface FileRanges {
  bytes: number;
  /** Exactly these bytes, at most a window's. @throws DomainError `media_broken` when they are not there */
  read(start: number, length: number): Promise<Buffer>;
}

const windowBytes = 64 * 1024;

/**
 * A video's index is read in about a hundred windows, and a few reads for each of its boxes; a file that needs many
 * more is not a video. One budget for the whole file, whatever in it is walked and how often.
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
