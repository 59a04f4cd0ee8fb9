import type { Media } from '../domain/media.ts';

/** Where a client PUTs a file, and until when. */
export interface UploadTarget {
  url: string;
  headers: Record<string, string>;
  expiresAt: string;
}

/** The bucket that media files are uploaded to. */
export interface MediaFiles {
  /** Returns a target that accepts exactly the announced type and size, once, for a quarter of an hour. */
  uploadTarget(media: Media): Promise<UploadTarget>;
  /** Opens what was uploaded, to be read in ranges; undefined if nothing was. */
  open(media: Media): Promise<StoredFile | undefined>;
  /**
   * Copies the upload to its permanent key, which no signed link reaches, and returns its entity tag.
   * @throws if the upload has another entity tag by now
   */
  keep(media: Media, etag: string | null): Promise<string | null>;
  /** Removes the bytes, uploaded or completed. */
  remove(file: Pick<Media, 'workspaceId' | 'id'>): Promise<void>;
}

/** A stored file, read in ranges. */
export interface StoredFile {
  /** Length in bytes. */
  bytes: number;
  etag: string | null;
  /** Reads from `start` (inclusive) to `end` (exclusive); fewer bytes if the file was cut meanwhile. */
  read(start: number, end: number): Promise<Uint8Array>;
}
