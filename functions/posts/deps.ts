import type { Patience } from '../../shared/events/reference.ts';
import type { Clock } from '../../shared/time.ts';
import type { TextMeasure } from './domain/content.ts';
import type { Media } from './domain/media.ts';
import type { StoredFile } from './media/file-ranges.ts';
import type { ReceiptKey } from './receipt-key.ts';
import type { CommentStore } from './store/comments.ts';
import type { KnownAccountStore, MediaStore, PostStore, SettingsStore } from './store.ts';

/** Where a client PUTs a file, until when. */
export interface UploadTarget {
  url: string;
  headers: Record<string, string>;
  expiresAt: string;
}

/** The bucket that media files are uploaded to. */
export interface MediaFiles {
  /** A place that takes exactly the announced type and size, for a quarter of an hour. */
  uploadTarget(media: Media): Promise<UploadTarget>;
  /** What lies at the file's place, to be read in ranges; undefined when nothing does. */
  open(media: Media): Promise<StoredFile | undefined>;
}

/** The executions of workflows. */
export interface Executions {
  /** Whether the execution still works, by its ARN. */
  isRunning(executionArn: string): Promise<boolean>;
}

/** What this context needs from the world. */
export interface Deps {
  posts: PostStore;
  media: MediaStore;
  mediaFiles: MediaFiles;
  comments: CommentStore;
  accounts: KnownAccountStore;
  /** What the workspace decided for all its members. */
  settings: SettingsStore;
  /** Measures texts as X does. A promise, since the library is loaded when the first text comes. */
  measure: (texts: readonly string[]) => Promise<TextMeasure[]>;
  /** Signs receipts. A promise, since its secret is read when the first receipt is asked for. */
  receiptKey: () => Promise<ReceiptKey>;
  executions: Executions;
  now: Clock;
  /** After a fault on the way to X, how long until what it did there can be looked for. In milliseconds. */
  faultPauseMs: number;
  /** How long a reference that is unknown yet is looked for again. */
  patience?: Patience;
}
