import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { dailyLimits } from '#shared/daily-limits.ts';
import { lazy } from '#shared/lazy.ts';
import { observe } from '#shared/observability.ts';
import { once } from '#shared/once.ts';
import type { Table } from '#shared/table.ts';
import type { Deps } from './deps.ts';
import type { Environment } from './environment.ts';
import { linkCodesFrom } from './ports/link-codes.ts';
import { receiptKeyFrom } from './ports/receipt-key.ts';
import { accountWaitStore } from './store/account-waits.ts';
import { calendarFeedStore } from './store/calendar-feeds.ts';
import { commentStore } from './store/comments.ts';
import { deletedWorkspaceStore } from './store/deleted-workspaces.ts';
import { knownAccountStore } from './store/known-accounts.ts';
import { knownCampaignStore } from './store/known-campaigns.ts';
import { leaseStore } from './store/leases.ts';
import { mediaStore } from './store/media.ts';
import { mediaUseStore } from './store/media-uses.ts';
import { postStore } from './store/posts.ts';
import { queueStore } from './store/queues.ts';
import { receiptStore } from './store/receipts.ts';
import { repostStore } from './store/reposts.ts';
import { settingsStore } from './store/settings.ts';
import { shortLinkStore } from './store/short-links.ts';
import { similarityStore } from './store/similarity.ts';
import { spendingStore } from './store/spending.ts';
import { stopStore } from './store/stops.ts';
import { templateStore } from './store/templates.ts';
import { versionStore } from './store/versions.ts';

/** What this context needs, on AWS. */
export const openDeps = (env: Environment, table: Table): Deps => {
  const { now } = table;
  const secret = once(async () => (await import('#shared/secrets-manager.ts')).secretText(env.RECEIPT_SECRET_ARN));
  const mediaQuota = { bytes: env.MEDIA_BYTES, uploads: env.MEDIA_UPLOADS };
  return {
    accountWaits: accountWaitStore(table),
    calendarFeeds: calendarFeedStore(table),
    comments: commentStore(table),
    deletedWorkspaces: deletedWorkspaceStore(table),
    accounts: knownAccountStore(table),
    campaigns: knownCampaignStore(table),
    leases: leaseStore(table),
    shortLinks: shortLinkStore(table),
    similarPosts: similarityStore(table),
    mediaUses: mediaUseStore(table),
    posts: postStore(table),
    queues: queueStore(table),
    receipts: receiptStore(table),
    reposts: repostStore(table),
    settings: settingsStore(table),
    spending: spendingStore(table),
    stops: stopStore(table),
    templates: templateStore(table),
    versions: versionStore(table),
    media: mediaStore(table, mediaQuota),
    mediaQuota,
    mediaFiles: lazy(async () => (await import('./ports/media-bucket.ts')).mediaBucket(env.MEDIA_BUCKET, now)),
    executions: lazy(async () => (await import('./ports/executions.ts')).stepFunctions()),
    receiptKey: lazy(async () => receiptKeyFrom(await secret())),
    linkCodes: lazy(async () => linkCodesFrom(await secret())),
    linksUrl: env.LINKS_URL,
    dailyLimits: dailyLimits(table),
    measure: lazy(async () => ({ measure: (await import('./checks/text-weight.ts')).measureTexts })).measure,
    log: observe('posts').logger,
    now,
    sleep: async (milliseconds) => sleep(milliseconds),
    randomBytes,
    faultPauseMs: env.FAULT_PAUSE_SECONDS * 1000,
  };
};
