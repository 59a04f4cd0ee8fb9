/** Files of reports, by key. */
export interface ReportFiles {
  write(key: string, contentType: string, body: Buffer): Promise<void>;
  /** @throws Error when there is no such file */
  read(key: string): Promise<string>;
  /** Returns a link to download the file under that name; it expires. */
  link(key: string, name: string): Promise<{ url: string; expiresAt: string }>;
  /** Erases at most a thousand files below a prefix, and returns how many there were. */
  eraseSome(prefix: string): Promise<number>;
  /** Erases all files below a prefix that are outdated. */
  eraseWhere(prefix: string, isOutdated: (file: { key: string; writtenAt: Date }) => boolean): Promise<void>;
}
