import { createHash, randomBytes } from 'node:crypto';
import { measureTexts } from '#functions/posts/checks/text-weight.ts';
import type { Deps } from '#functions/posts/deps.ts';
import { linkCodesFrom } from '#functions/posts/ports/link-codes.ts';
import { receiptKeyFrom } from '#functions/posts/ports/receipt-key.ts';
import { accountWaitStore } from '#functions/posts/store/account-waits.ts';
import { calendarFeedStore } from '#functions/posts/store/calendar-feeds.ts';
import { commentStore } from '#functions/posts/store/comments.ts';
import { deletedWorkspaceStore } from '#functions/posts/store/deleted-workspaces.ts';
import { knownAccountStore } from '#functions/posts/store/known-accounts.ts';
import { knownCampaignStore } from '#functions/posts/store/known-campaigns.ts';
import { leaseStore } from '#functions/posts/store/leases.ts';
import { mediaStore } from '#functions/posts/store/media.ts';
import { mediaUseStore } from '#functions/posts/store/media-uses.ts';
import { postStore } from '#functions/posts/store/posts.ts';
import { queueStore } from '#functions/posts/store/queues.ts';
import { receiptStore } from '#functions/posts/store/receipts.ts';
import { repostStore } from '#functions/posts/store/reposts.ts';
import { settingsStore } from '#functions/posts/store/settings.ts';
import { shortLinkStore } from '#functions/posts/store/short-links.ts';
import { similarityStore } from '#functions/posts/store/similarity.ts';
import { spendingStore } from '#functions/posts/store/spending.ts';
import { stopStore } from '#functions/posts/store/stops.ts';
import { templateStore } from '#functions/posts/store/templates.ts';
import { versionStore } from '#functions/posts/store/versions.ts';
import { dailyLimits } from '#shared/daily-limits.ts';
import { type Clock, instantAfter } from '#shared/time.ts';
import { type MemoryTable, memoryTable } from './table.ts';

/** A file in the bucket, with the entity tag of one uploaded in a single part. */
const stored = (file: Uint8Array | undefined) =>
  file && {
    bytes: file.length,
    etag: `"${createHash('md5').update(file).digest('hex')}"`,
    read: async (start: number, end: number) => file.slice(start, end),
  };

/** The dependencies of posts, with its own stores on an in-memory table, and an in-memory bucket and executions. */
export interface MemoryPosts extends Deps, MemoryTable {
  /** The files in the bucket, by media id. */
  uploads: Map<string, Uint8Array>;
  /** Logged errors. */
  errors: unknown[];
  /** ARNs of the running executions. */
  running: Set<string>;
}

export const memoryPosts = (now: Clock, mediaQuota = { bytes: 1_000_000_000, uploads: 10 }): MemoryPosts => {
  const memory = memoryTable(now);
  const { table } = memory;
  const uploads = new Map<string, Uint8Array>();
  const running = new Set<string>();
  const errors: unknown[] = [];
  return {
    ...memory,
    uploads,
    running,
    errors,
    now,
    sleep: async () => {
      throw new Error('Time does not pass by itself here');
    },
    faultPauseMs: 60_000,
    patience: { totalMs: 1, everyMs: 1 },
    measure: measureTexts,
    randomBytes,
    posts: postStore(table),
    versions: versionStore(table),
    campaigns: knownCampaignStore(table),
    leases: leaseStore(table),
    stops: stopStore(table),
    accounts: knownAccountStore(table),
    accountWaits: accountWaitStore(table),
    templates: templateStore(table),
    calendarFeeds: calendarFeedStore(table),
    queues: queueStore(table),
    comments: commentStore(table),
    dailyLimits: dailyLimits(table),
    reposts: repostStore(table),
    shortLinks: shortLinkStore(table),
    linkCodes: linkCodesFrom('a secret of the tests'),
    linksUrl: 'https://links.example.com',
    log: { error: (...said: unknown[]) => void errors.push(said) },
    similarPosts: similarityStore(table),
    spending: spendingStore(table),
    settings: settingsStore(table),
    receipts: receiptStore(table),
    receiptKey: receiptKeyFrom('a secret of the tests'),
    deletedWorkspaces: deletedWorkspaceStore(table),
    executions: { isRunning: async (arn) => running.has(arn) },
    media: mediaStore(table, mediaQuota),
    mediaQuota,
    mediaUses: mediaUseStore(table),
    mediaFiles: {
      uploadTarget: async ({ id, contentType, bytes }) => ({
        url: `https://media.example/${id}`,
        headers: { 'content-type': contentType, 'content-length': String(bytes) },
        expiresAt: instantAfter(now(), 900_000),
      }),
      open: async ({ id }) => stored(uploads.get(id)),
      keep: async (_, etag) => etag,
      remove: async ({ id }) => void uploads.delete(id),
    },
  };
};
