import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { appendFile, type FileHandle, mkdir, mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * Stores the bytes of uploads on disk, because videos can exceed memory. File names are ids that the sandbox generated.
 */
export class MediaFolder {
  readonly #folder: string;
  readonly #throwAway: boolean;

  private constructor(folder: string, throwAway: boolean) {
    this.#folder = folder;
    this.#throwAway = throwAway;
  }

  /** Opens the folder beside the state file, or a temporary one that is deleted on close. */
  static async open(statePath: string | undefined): Promise<MediaFolder> {
    if (statePath === undefined) return new MediaFolder(await mkdtemp(path.join(tmpdir(), 'x-sandbox-')), true);
    const folder = `${statePath}.media`;
    await mkdir(folder, { recursive: true });
    return new MediaFolder(folder, false);
  }

  async putSegment(id: string, index: number, bytes: Buffer): Promise<void> {
    await writeFile(this.#segment(id, index), bytes);
  }

  /** Joins the segments into one file, by index. */
  async join(id: string, indices: readonly number[]): Promise<{ size: number; sha256: string }> {
    const whole = this.#whole(id);
    await writeFile(whole, '');
    for (const index of indices) await appendFile(whole, await readFile(this.#segment(id, index)));
    for (const index of indices) await rm(this.#segment(id, index));
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(whole)) {
      if (Buffer.isBuffer(chunk)) hash.update(chunk);
    }
    return { size: (await stat(whole)).size, sha256: hash.digest('hex') };
  }

  async read(id: string): Promise<Buffer> {
    return readFile(this.#whole(id));
  }

  async openFile(id: string): Promise<FileHandle> {
    return open(this.#whole(id), 'r');
  }

  async clear(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
    await mkdir(this.#folder, { recursive: true });
  }

  async close(): Promise<void> {
    if (this.#throwAway) await rm(this.#folder, { recursive: true, force: true });
  }

  #whole(id: string): string {
    return path.join(this.#folder, id);
  }

  #segment(id: string, index: number): string {
    return path.join(this.#folder, `${id}.${index}`);
  }
}
