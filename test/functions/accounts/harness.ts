import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import * as z from 'zod';
import { type PartOutcome, PartToPublish } from '#events/publishing.ts';
import { eventsFor } from '#functions/accounts/changes.ts';
import { completeConnection, startConnection } from '#functions/accounts/connections/connect.ts';
import type { Deps } from '#functions/accounts/deps.ts';
import type { Account } from '#functions/accounts/domain/account.ts';
import { paceOf } from '#functions/accounts/domain/pace.ts';
import { vaultWith } from '#functions/accounts/ports/vault.ts';
import { type PartInput, publishPart } from '#functions/accounts/publishing/publish-part.ts';
import { routes } from '#functions/accounts/routes.ts';
import { subscriptions } from '#functions/accounts/subscriptions.ts';
import { tasks } from '#functions/accounts/tasks.ts';
import { xActivityOverHttp } from '#functions/accounts/x/activity-api.ts';
import { xOverHttp } from '#functions/accounts/x/api.ts';
import { startXSandbox } from '#infra/local/x-sandbox/server.ts';
import { newId } from '#shared/ids.ts';
import { answering, contextHarness, person as author, type TestClock } from '#test/support/context-harness.ts';
import { owner } from '#test/support/http-event.ts';
import { memoryAccounts } from '#test/support/memory/accounts.ts';
import type { MemoryTable } from '#test/support/memory/table.ts';

export { author };
export const secret = {
  clientId: 'x-sandbox-app',
  clientSecret: 'x-sandbox-secret',
  consumerSecret: 'x-sandbox-consumer-secret',
  appBearer: 'x-sandbox-app-bearer',
  vaultKey: 'v'.repeat(48),
  previousVaultKeys: [],
};
export const redirectUri = 'http://127.0.0.1/connected';

const Posts = z.object({
  posts: z.array(
    z.object({
      id: z.string(),
      rawText: z.string(),
      replyTo: z.string().optional(),
      media: z.array(
        z.object({
          sha256: z.string(),
          kind: z.string(),
          altText: z.string().optional(),
          subtitles: z.array(z.object({ language: z.string(), name: z.string().optional() })),
        }),
      ),
    }),
  ),
});
const Requests = z.object({
  requests: z.array(
    z.object({ method: z.string(), path: z.string(), operation: z.string().optional(), body: z.unknown().optional() }),
  ),
});

/** How long a deployed stage waits for X. */
export const pace = paceOf({
  callSeconds: 10,
  functionSeconds: 30,
  pauseSeconds: 60,
  jitterSeconds: 15,
  appPauseSeconds: 900,
});

export type Harness = Awaited<ReturnType<typeof harness>>;

/** A running clock that a test can move forward. */
const runningClock = (): TestClock => {
  let aheadMs = 0;
  return {
    now: () => new Date(Date.now() + aheadMs),
    set: (instant) => {
      aheadMs = new Date(instant).getTime() - Date.now();
    },
    pass: (milliseconds) => {
      aheadMs += milliseconds;
    },
  };
};

/**
 * The accounts context as Lambda invokes it, with a table in memory and an X sandbox on its own port; both share one
 * clock. `ready` is the readiness check of the table.
 */
export const harness = async ({
  timeoutMs = 500,
  ready = answering,
  xWebhookUrl,
}: { timeoutMs?: number; ready?: typeof answering; xWebhookUrl?: string } = {}) => {
  const clock = runningClock();
  const { now } = clock;
  const sandbox = await startXSandbox({ clock: now, plainWebhooks: true });
  const warnings: unknown[][] = [];
  const rung: string[] = [];
  const counted: string[] = [];
  const files = new Map<string, Uint8Array>();
  const endpoint = { apiUrl: sandbox.url, authorizeUrl: sandbox.url, timeoutMs };
  const deps: Deps & MemoryTable = {
    ...memoryAccounts(now),
    x: xOverHttp({ ...endpoint, secret: async () => secret }),
    xActivity: xActivityOverHttp(endpoint),
    xWebhookUrl,
    xSecret: async () => secret,
    count: (what) => void counted.push(what),
    redirectUri,
    vault: vaultWith(async () => secret),
    mediaObjects: {
      read: async (key, start, end, etag) =>
        etag === null || etag === etagOf(files.get(key)) ? files.get(key)?.slice(start, end) : undefined,
    },
    now,
    pace,
    probeEveryMs: 24 * 60 * 60_000,
    appPostsPerDay: 10_000,
    alarm: (kind) => void rung.push(kind),
    sleep: (milliseconds) => sleep(milliseconds),
    random: () => 0,
    log: { warn: (...said: unknown[]) => void warnings.push(said) },
  };

  const control = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const init = { method, headers: { 'content-type': 'application/json' } };
    const answer = await fetch(`${sandbox.url}/_sandbox/${path}`, {
      ...init,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text);
  };

  /** Gives consent on X's page and returns what X redirects the browser back with. */
  const consent = async (authorizeUrl: string, username: string) => {
    const form = new URLSearchParams(new URL(authorizeUrl).search);
    form.set('username', username);
    form.set('decision', 'allow');
    const page = new URL(authorizeUrl);
    const answer = await fetch(page.origin + page.pathname, { method: 'POST', body: form, redirect: 'manual' });
    const back = new URL(answer.headers.get('location') ?? 'about:blank').searchParams;
    return { code: back.get('code') ?? '', state: back.get('state') ?? '' };
  };

  const connect = async (username: string, person = owner): Promise<Account> => {
    const { authorizeUrl } = await startConnection(deps, person);
    return completeConnection(deps, person, await consent(authorizeUrl, username), author);
  };

  const publish = (input: PartInput): Promise<PartOutcome> => publishPart(deps, input, author);

  return {
    ...contextHarness(deps, clock, eventsFor, {
      context: 'accounts',
      routes: routes(deps, ready),
      subscriptions: async () => subscriptions(deps),
      tasks: tasks(deps),
    }),
    sandbox,
    files,
    warnings,
    rung,
    counted,
    control,
    /** What X's own meter bills, in millionths of a US dollar. */
    billedByX: async () => z.object({ totalMicros: z.number() }).parse(await control('GET', 'usage')).totalMicros,
    consent,
    connect,
    publish,
    /** Scripts faults, each `{ path, fault, ... }` as the sandbox's control takes them. */
    faults: (...rules: object[]) => control('POST', 'faults', rules),
    settings: (change: object) => control('PATCH', 'settings', change),
    user: (username: string, change: object) => control('PATCH', `users/${username}`, change),
    removePost: (id: string) => control('DELETE', `posts/${id}`),
    revokeAtX: (username: string) => control('POST', 'revoke', { username }),
    posts: async (username = 'acme_coffee') => Posts.parse(await control('GET', `posts?username=${username}`)).posts,
    requests: async () => Requests.parse(await control('GET', 'requests')).requests,

    /** Acts as the workflow: asks again at each `retryAt` until the part is published or somebody has to act. */
    publishToTheEnd: async (input: PartInput): Promise<PartOutcome[]> => {
      const outcomes: PartOutcome[] = [];
      for (let tries = 0; tries < 20; tries += 1) {
        const outcome = await publish(input);
        outcomes.push(outcome);
        if (!('retryAt' in outcome)) return outcomes;
        clock.pass(Math.max(0, Date.parse(outcome.retryAt) - now().getTime()));
      }
      return outcomes;
    },
  };
};

/** The entity tag that S3 gives an object uploaded in one part. */
export const etagOf = (bytes: Uint8Array | undefined): string =>
  `"${createHash('md5')
    .update(bytes ?? '')
    .digest('hex')}"`;

/** A part of a new post on an account. */
export const partOn = ({ workspaceId, id }: Account, change: Partial<PartInput> = {}): PartInput => ({
  workspaceId,
  accountId: id,
  postId: newId('pst', new Date()),
  campaignId: null,
  ...PartToPublish.parse({ part: 0, text: 'Beans, freshly roasted', mediaIds: [] }),
  ...change,
});

/** A string containing these words, for `toMatchObject` and `toEqual`: vitest's own matchers are untyped. */
export const containing = (words: string): unknown => expect.stringContaining(words);

export const aNumber: unknown = expect.any(Number);
