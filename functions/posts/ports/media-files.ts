import type { Media } from '../domain/media.ts';

/** Where a client PUTs a file, until when. */
export interface UploadTarget {
  url: string;
  headers: Record<string, string>;
  expiresAt: string;
}

/** The bucket that media files are uploaded to. */
export interface MediaFiles {
  /** A place that takes exactly the announced type and size, once, for a quarter of an hour. */
  uploadTarget(media: Media): Promise<UploadTarget>;
  /** What was uploaded, to be read in ranges; undefined when nothing was. */
  open(media: Media): Promise<StoredFile | undefined>;
  /** Puts what was uploaded where it stays and no link leads. Gives its entity tag. @throws when it has another by now */
  keep(media: Media, etag: string | null): Promise<string | null>;
  /** Removes the bytes, wherever they lie. */
  remove(file: Pick<Media, 'workspaceId' | 'id'>): Promise<void>;
}

/** A stored file that is read in ranges. */
export interface StoredFile {
  /** Its length in bytes. */
  bytes: number;
  etag: string | null;
  /** Bytes from `start` (inclusive) to `end` (exclusive); fewer when the file was cut meanwhile. */
  read(start: number, end: number): Promise<Uint8Array>;
}
