/** Where the files of reports lie, by key. */
export interface ReportFiles {
  write(key: string, contentType: string, body: Buffer): Promise<void>;
  /** @throws Error when there is no such file */
  read(key: string): Promise<string>;
  /** A link to download the file by, under that name; it expires. */
  link(key: string, name: string): Promise<{ url: string; expiresAt: string }>;
  /** Erases files below a prefix, a thousand at most; how many there were. */
  eraseSome(prefix: string): Promise<number>;
  /** Erases all files below a prefix that are outdated. */
  eraseWhere(prefix: string, isOutdated: (file: { key: string; writtenAt: Date }) => boolean): Promise<void>;
}
