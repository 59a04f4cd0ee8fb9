import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { dailyLimits } from '#shared/daily-limits.ts';
import { lazy } from '#shared/lazy.ts';
import type { Observability } from '#shared/observability.ts';
import { once } from '#shared/once.ts';
import type { Table } from '#shared/table.ts';
import { measureTexts } from './checks/text-weight.ts';
import type { Deps } from './deps.ts';
import type { Environment } from './environment.ts';
import { linkCodesFrom } from './ports/link-codes.ts';
import { receiptKeyFrom } from './ports/receipt-key.ts';
import { knownAccountStore } from './store/known-accounts.ts';
import { postStore } from './store/posts.ts';
import { settingsStore } from './store/settings.ts';
import { shortLinkStore } from './store/short-links.ts';
import { similarityStore } from './store/similarity.ts';

/** The dependencies of this context, on AWS. */
export const openDeps = (env: Environment, table: Table, { logger: log }: Observability): Deps => {
  const { now } = table;
  const secret = once(async () => (await import('#shared/secrets-manager.ts')).secretText(env.RECEIPT_SECRET_ARN));
  const mediaQuota = { bytes: env.MEDIA_BYTES, uploads: env.MEDIA_UPLOADS };
  return {
    accountWaits: lazy(async () => (await import('./store/account-waits.ts')).accountWaitStore(table)),
    calendarFeeds: lazy(async () => (await import('./store/calendar-feeds.ts')).calendarFeedStore(table)),
    comments: lazy(async () => (await import('./store/comments.ts')).commentStore(table)),
    deletedWorkspaces: lazy(async () => (await import('./store/deleted-workspaces.ts')).deletedWorkspaceStore(table)),
    accounts: knownAccountStore(table),
    campaigns: lazy(async () => (await import('./store/known-campaigns.ts')).knownCampaignStore(table)),
    leases: lazy(async () => (await import('./store/leases.ts')).leaseStore(table)),
    shortLinks: shortLinkStore(table),
    similarPosts: similarityStore(table),
    mediaUses: lazy(async () => (await import('./store/media-uses.ts')).mediaUseStore(table)),
    posts: postStore(table),
    queues: lazy(async () => (await import('./store/queues.ts')).queueStore(table)),
    receipts: lazy(async () => (await import('./store/receipts.ts')).receiptStore(table)),
    reposts: lazy(async () => (await import('./store/reposts.ts')).repostStore(table)),
    settings: settingsStore(table),
    spending: lazy(async () => (await import('./store/spending.ts')).spendingStore(table)),
    stops: lazy(async () => (await import('./store/stops.ts')).stopStore(table)),
    templates: lazy(async () => (await import('./store/templates.ts')).templateStore(table)),
    versions: lazy(async () => (await import('./store/versions.ts')).versionStore(table)),
    media: lazy(async () => (await import('./store/media.ts')).mediaStore(table, mediaQuota)),
    mediaQuota,
    mediaFiles: lazy(async () => (await import('./ports/media-bucket.ts')).mediaBucket(env.MEDIA_BUCKET, now)),
    executions: lazy(async () => (await import('./ports/executions.ts')).stepFunctions()),
    receiptKey: lazy(async () => receiptKeyFrom(await secret())),
    linkCodes: lazy(async () => linkCodesFrom(await secret())),
    linksUrl: env.LINKS_URL,
    dailyLimits: dailyLimits(table),
    measure: measureTexts,
    log,
    now,
    sleep: async (milliseconds) => sleep(milliseconds),
    randomBytes,
    faultPauseMs: env.FAULT_PAUSE_SECONDS * 1000,
  };
};
