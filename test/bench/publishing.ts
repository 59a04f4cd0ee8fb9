import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { eventually, Marketer, newXUser, postsOnX } from '#infra/local/marketer.ts';
import { freePort } from '#infra/local/ports.ts';
import { soon } from '#infra/local/slowness.ts';
import { bringUp } from '#infra/local/stage.ts';
import { startCapacityProxy } from './capacity-proxy.ts';

/**
 * What publishing a plain post costs, and how late it is: posts of one workspace, due at the same instant, on a local
 * stage with warm functions. `npm run bench:publishing -- 50` takes 50 posts. They are spread over accounts, since X
 * accepts 100 posts of an account within 15 minutes.
 */
const count = z.coerce.number().int().positive().default(200).parse(process.argv[2]);
const perAccount = 50;

const Id = z.object({ id: z.string() });
const Post = z.object({ status: z.string() });
const Page = z.object({ items: z.array(Post), nextCursor: z.string().nullable() });
const Requests = z.object({ requests: z.array(z.object({ operation: z.string().optional(), at: z.string() })) });

/** Runs the work for each item, a few at once. */
const inLanes = async <T, R>(items: readonly T[], work: (item: T) => Promise<R>, lanes = 6): Promise<R[]> => {
  const done: R[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let place = next++; place < items.length; place = next++) done[place] = await work(items[place] as T);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return done;
};

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;

const folder = mkdtempSync(join(tmpdir(), 'xmp-bench-'));
await using owner = new AsyncDisposableStack();
owner.defer(() => {
  rmSync(folder, { recursive: true, force: true });
});
const emulatorPort = await freePort();
const proxy = await startCapacityProxy(await freePort(), `http://127.0.0.1:${emulatorPort}`);
owner.defer(() => {
  proxy.stop();
});
const stage = await bringUp({
  folder: join(folder, 'stage'),
  auth: false,
  endpointForFunctions: proxy.url,
  ports: { emulator: emulatorPort, xSandbox: 0, frontDoor: 0 },
});
owner.defer(() => stage.stop());

const maya = await new Marketer(stage.facts).join();
const usernames = await inLanes(
  Array.from({ length: Math.ceil(count / perAccount) }, () => stage.facts),
  newXUser,
  1,
);
const accountIds = await inLanes(usernames, (username) => maya.connect(username), 1);

const draftFor = (accountId: string | undefined, text: string) => ({ accountId, parts: [{ text }] });
const write = (text: string, place: number) =>
  maya.do(Id, 'POST', '/v1/posts', draftFor(accountIds[place % accountIds.length], text));
const allOut = async (wanted: number) => {
  const shown = await Promise.all(usernames.map((username) => postsOnX(stage.facts, username)));
  return shown.flat().length >= wanted ? shown.flat() : undefined;
};

// Posts learn of a connection by an event and wait two seconds for it: too short on a busy machine.
for (const accountId of accountIds) {
  await eventually('posts know the account', async () => {
    const { status } = await maya.call('POST', '/v1/posts', draftFor(accountId, 'Is the account known?'));
    return status === 201 || undefined;
  });
}

// Warm functions: cold starts are not measured here.
const warmUps = await inLanes([...Array(8).keys()], (place) => write(`A post to warm up ${place}`, place));
await inLanes(warmUps, ({ id }) => maya.do(Post, 'POST', `/v1/posts/${id}/publish`));
await eventually('the posts to warm up are out', () => allOut(warmUps.length), { withinMs: 120_000 });

const writingFrom = Date.now();
const posts = await inLanes([...Array(count).keys()], (place) => write(`A post on time ${place}`, place));
// Scheduling a post takes about as long as writing it just took: three times that is ahead.
const dueAt = new Date(soon(10_000 + 3 * (Date.now() - writingFrom)));
const untilDueMs = (): number => dueAt.getTime() - Date.now();
const assertAhead = (): void => {
  if (untilDueMs() < 2_000) throw new Error('Scheduling took too long: nothing would be measured.');
};
await inLanes(posts, async ({ id }) => {
  assertAhead();
  await maya.do(Post, 'POST', `/v1/posts/${id}/schedule`, { publishAt: dueAt.toISOString() });
});
assertAhead();
// The events of scheduling have been handled when no function writes any more.
await eventually('the last write before the posts are due', async () => (untilDueMs() < 1_500 ? true : undefined), {
  withinMs: untilDueMs() + 10_000,
});
proxy.take();
const begunAt = Date.now();
const out = await eventually('all posts are out', () => allOut(warmUps.length + count), {
  withinMs: 600_000,
  everyMs: 1_000,
});
await eventually(
  'every post is recorded as published',
  async () => {
    let published = 0;
    let cursor: string | null = null;
    do {
      const next: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page: z.infer<typeof Page> = await maya.do(Page, 'GET', `/v1/posts?limit=100&status=published${next}`);
      published += page.items.length;
      cursor = page.nextCursor;
    } while (cursor !== null);
    return published >= warmUps.length + count ? true : undefined;
  },
  { withinMs: 120_000, everyMs: 1_000 },
);
const units = proxy.take();
const { requests } = Requests.parse(await (await fetch(`${stage.facts.xSandboxUrl}/_sandbox/requests`)).json());
const callsOfX = requests.filter(({ at: when, operation }) => Date.parse(when) >= begunAt && operation !== undefined);

const lateness = out
  .filter(({ rawText }) => rawText.startsWith('A post on time'))
  .map(({ createdAt }) => Date.parse(createdAt) - dueAt.getTime())
  .sort((a, b) => a - b);
const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2)} s`;
console.log(`\n${count} plain posts due at the same instant, ${accountIds.length} accounts, local stage`);
console.log(
  `late: p50 ${seconds(at(lateness, 0.5))}, p99 ${seconds(at(lateness, 0.99))}, max ${seconds(at(lateness, 1))}`,
);
console.log(`early: ${lateness.filter((each) => each < 0).length}`);
console.log(`calls of X per post: ${(callsOfX.length / count).toFixed(2)}`);
for (const [who, sum] of units) console.log(`write units per post, ${who}: ${(sum / count).toFixed(2)}`);
