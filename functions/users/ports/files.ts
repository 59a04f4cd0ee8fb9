interface Part {
  etag: string;
  checksum: string | null;
}

/** Storage of files by key, written as a whole or in parts. */
export interface Files {
  write(key: string, contentType: string, text: string): Promise<void>;
  /** Starts a multipart upload and returns its id. */
  begin(key: string, contentType: string): Promise<string>;
  /** Writes a part, numbered from 1; a repeated part replaces the previous one. */
  writePart(key: string, uploadId: string, part: number, text: string): Promise<Part>;
  finish(key: string, uploadId: string, parts: readonly Part[]): Promise<void>;
  /** Returns an expiring download link. */
  link(key: string): Promise<{ url: string; expiresAt: string }>;
}
