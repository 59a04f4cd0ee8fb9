interface Part {
  etag: string;
  checksum: string | null;
}

/** Where files lie, by key: whole, or in parts that are put together at the end. */
export interface Files {
  write(key: string, contentType: string, text: string): Promise<void>;
  /** Id of an upload in parts. */
  begin(key: string, contentType: string): Promise<string>;
  /** Parts count from 1; one that is written again takes the place of the one before. */
  writePart(key: string, uploadId: string, part: number, text: string): Promise<Part>;
  finish(key: string, uploadId: string, parts: readonly Part[]): Promise<void>;
  /** A link to read the file by, which expires. */
  link(key: string): Promise<{ url: string; expiresAt: string }>;
}
