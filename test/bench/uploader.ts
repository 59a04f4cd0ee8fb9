import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { MediaToUpload } from '#events/publishing.ts';
import { completeConnection, startConnection } from '#functions/accounts/connections/connect.ts';
import type { Deps } from '#functions/accounts/deps.ts';
import { paceOf } from '#functions/accounts/domain/pace.ts';
import { mediaBucket } from '#functions/accounts/ports/media-bucket.ts';
import { vaultWith } from '#functions/accounts/ports/vault.ts';
import { uploadMedia } from '#functions/accounts/publishing/upload-media.ts';
import { xOverHttp } from '#functions/accounts/x/api.ts';
import { parseEnvironment } from '#shared/environment.ts';
import { MediaId, newId, WorkspaceId } from '#shared/ids.ts';
import { memoryAccounts } from '../support/memory/accounts.ts';

/**
 * The process whose memory test/bench/upload.ts measures: the code of accounts.uploadMedia with S3 and X over HTTP, as
 * the workflow calls it. Prints its figures as JSON.
 */
const env = parseEnvironment(
  {
    BUCKET: z.string(),
    X_URL: z.url(),
    WORKSPACE: WorkspaceId,
    MEDIA: MediaId,
    BYTES: z.coerce.number(),
    ETAG: z.string(),
  },
  process.env,
);
const secret = async () => ({
  clientId: 'x-sandbox-app',
  clientSecret: 'x-sandbox-secret',
  vaultKey: 'v'.repeat(48),
  previousVaultKeys: [],
});
const now = () => new Date();
const pace = paceOf({ callSeconds: 10, functionSeconds: 30, pauseSeconds: 60, appPauseSeconds: 900, jitterSeconds: 0 });
const deps: Deps = {
  ...memoryAccounts(now),
  x: xOverHttp({ apiUrl: env.X_URL, authorizeUrl: env.X_URL, timeoutMs: pace.callMs, secret }),
  redirectUri: 'http://127.0.0.1/connected',
  vault: vaultWith(secret),
  mediaObjects: mediaBucket(env.BUCKET),
  now,
  pace,
  probeEveryMs: 86_400_000,
  appPostsPerDay: 10_000,
  alarm: () => undefined,
  sleep: (milliseconds) => sleep(milliseconds),
  random: () => 0,
  log: { warn: () => undefined },
};
const person = {
  personId: newId('usr', now()),
  workspaceId: env.WORKSPACE,
  role: 'owner' as const,
  actor: { type: 'person' as const, id: newId('usr', now()) },
  correlationId: 'bench',
};

/** Connects an account of the sandbox: gives consent on X's page. */
const connect = async () => {
  const { authorizeUrl } = await startConnection(deps, person);
  const page = new URL(authorizeUrl);
  const form = new URLSearchParams(page.search);
  form.set('username', 'acme_coffee');
  form.set('decision', 'allow');
  const answer = await fetch(page.origin + page.pathname, { method: 'POST', body: form, redirect: 'manual' });
  const back = new URL(answer.headers.get('location') ?? 'about:blank').searchParams;
  const given = { code: back.get('code') ?? '', state: back.get('state') ?? '' };
  return completeConnection(deps, person, given, person);
};

const { id: accountId } = await connect();
const media = MediaToUpload.parse({
  mediaId: env.MEDIA,
  objectKey: `${env.WORKSPACE}/${env.MEDIA}`,
  contentType: 'video/mp4',
  bytes: env.BYTES,
  altText: 'A long film',
  etag: env.ETAG,
});
const input = { workspaceId: env.WORKSPACE, accountId, postId: newId('pst', now()), campaignId: null, media };

const mebibytes = (bytes: number): number => bytes / 1024 / 1024;
const idle = process.memoryUsage.rss();
let peak = idle;
const watch = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
}, 5);
const begunAt = Date.now();
let calls = 0;
for (;;) {
  calls += 1;
  const outcome = await uploadMedia(deps, input, person);
  if (outcome.outcome === 'ready') break;
  if (!('retryAt' in outcome) || outcome.outcome === 'rate_limited') throw new Error(JSON.stringify(outcome));
  await sleep(Math.max(0, Date.parse(outcome.retryAt) - Date.now()));
}
clearInterval(watch);
const figures = { idle: mebibytes(idle), peak: mebibytes(peak), calls, seconds: (Date.now() - begunAt) / 1000 };
console.log(JSON.stringify(figures));
