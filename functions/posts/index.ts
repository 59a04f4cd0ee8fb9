import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { dailyLimits } from '#shared/daily-limits.ts';
import { parseEnvironment } from '#shared/environment.ts';
import { createHandler } from '#shared/lambda/handler.ts';
import { once } from '#shared/once.ts';
import { workspaceItems } from '#shared/privacy/erase-workspace.ts';
import { lateShareTasks } from '#shared/privacy/export-task.ts';
import { standingStore } from '#shared/standing.ts';
import { openTable } from '#shared/table.ts';
import type { Deps } from './deps.ts';
import { eraseWorkspace } from './privacy/erase-workspace.ts';
import { routes } from './routes.ts';
import { accountWaitStore } from './store/account-waits.ts';
import { calendarFeedStore } from './store/calendar-feeds.ts';
import { commentStore } from './store/comments.ts';
import { endingStore } from './store/deleted-workspaces.ts';
import { knownAccountStore } from './store/known-accounts.ts';
import { knownCampaignStore } from './store/known-campaigns.ts';
import { mediaStore } from './store/media.ts';
import { mediaUseStore } from './store/media-uses.ts';
import { postStore } from './store/posts.ts';
import { queueStore } from './store/queues.ts';
import { receiptStore } from './store/receipts.ts';
import { repostStore } from './store/reposts.ts';
import { settingsStore } from './store/settings.ts';
import { likenessStore } from './store/similarity.ts';
import { spendingStore } from './store/spending.ts';
import { templateStore } from './store/templates.ts';
import { versionStore } from './store/versions.ts';
import { tasks as names } from './task-names.ts';
import { tasks } from './tasks.ts';

const env = parseEnvironment(
  {
    TABLE_NAME: z.string(),
    BUS_NAME: z.string(),
    PERSON_BUCKET: z.string(),
    MEDIA_BUCKET: z.string(),
    MEDIA_BYTES: z.coerce.number().int().positive(),
    MEDIA_UPLOADS: z.coerce.number().int().positive(),
    RECEIPT_SECRET_ARN: z.string(),
    FAULT_PAUSE_SECONDS: z.coerce.number().positive(),
  },
  process.env,
);
const now = () => new Date();
const table = openTable(env.TABLE_NAME, now);
const files = async () => (await import('./ports/media-bucket.ts')).mediaBucket(env.MEDIA_BUCKET, now);
const eraser = once(async () => (await import('./ports/media-eraser.ts')).mediaEraser(env.MEDIA_BUCKET));
const workflows = once(async () => (await import('./ports/executions.ts')).stepFunctions());
const receiptKey = once(async () => {
  const { secretText } = await import('#shared/secrets-manager.ts');
  return (await import('./ports/receipt-key.ts')).receiptKeyFrom(await secretText(env.RECEIPT_SECRET_ARN));
});

const standing = standingStore(table);
const mediaRoom = { bytes: env.MEDIA_BYTES, uploads: env.MEDIA_UPLOADS };

const deps: Deps = {
  posts: postStore(table),
  media: mediaStore(table, mediaRoom),
  mediaRoom,
  mediaUses: mediaUseStore(table),
  // S3 is loaded when the first file comes.
  mediaFiles: {
    uploadTarget: async (media) => (await files()).uploadTarget(media),
    open: async (media) => (await files()).open(media),
    keep: async (media, etag) => (await files()).keep(media, etag),
    remove: async (media) => (await files()).remove(media),
  },
  comments: commentStore(table),
  versions: versionStore(table),
  templates: templateStore(table),
  campaigns: knownCampaignStore(table),
  reposts: repostStore(table),
  dailyLimits: dailyLimits(table),
  likenesses: likenessStore(table),
  spending: spendingStore(table),
  queues: queueStore(table),
  calendarFeeds: calendarFeedStore(table),
  accounts: knownAccountStore(table),
  accountWaits: accountWaitStore(table),
  settings: settingsStore(table),
  receipts: receiptStore(table),
  receiptKey,
  endings: endingStore(table),
  executions: { isRunning: async (arn) => (await workflows()).isRunning(arn) },
  measure: async (texts, most) => {
    const { measureText } = await import('./checks/text-weight.ts');
    return texts.map((text) => measureText(text, most));
  },
  now,
  randomBytes,
  faultPauseMs: env.FAULT_PAUSE_SECONDS * 1000,
};

export const handler = createHandler({
  context: 'posts',
  routes: routes(deps, table),
  table,
  standing: standing.find,
  subscriptions: async () => [
    ...(await import('./subscriptions.ts')).subscriptions(deps),
    ...(await import('#events/standing.ts')).followStanding(standing),
  ],
  tasks: [
    ...tasks(deps),
    ...lateShareTasks('posts', names.sharePerson, {
      table,
      bucket: env.PERSON_BUCKET,
      kinds: async () => (await import('./privacy/export-person.ts')).shareKinds,
    }),
    eraseWorkspace(deps, workspaceItems(table), { eraseSome: async (id) => (await eraser()).eraseSome(id) }),
  ],
  stream: {
    eventsFor: async () => (await import('./changes.ts')).eventsFor,
    publish: async () => (await import('#shared/events/publish.ts')).busPublisher(env.BUS_NAME),
  },
});
