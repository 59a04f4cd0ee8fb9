import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { compile } from '#functions/campaigns/automations/listeners.ts';
import { Trigger } from '#functions/campaigns/domain/automation.ts';
import { KnownEvent } from '#functions/campaigns/domain/known-event.ts';
import { matches } from '#functions/campaigns/domain/match-pattern.ts';
import { parsePattern } from '#functions/campaigns/domain/parse-pattern.ts';
import type { Listener } from '#functions/campaigns/store/automations.ts';
import { itemsIn } from '#functions/platform/feeds/read-items.ts';

/**
 * `npm run bench:automations`: CPU time to find which of a workspace's automations an event triggers, and how it grows
 * with the number of automations and of possible matches. `npm run bench:automations -- 500` takes 500 events of each.
 * Goal: one event against 1,000 automations in 5 ms. Also what outsiders can make costly: long lists in the requests of
 * other services, and feeds.
 */
const rounds = z.coerce.number().int().min(10).default(300).parse(process.argv[2]);

const file = new URL('../../events/examples/post.published.json', import.meta.url);
const example = z.object({ detail: z.looseObject({}) }).parse(JSON.parse(readFileSync(file, 'utf8')));
const event = KnownEvent.parse({ ...example.detail, type: 'post.published' });
const own = String(event.data.accountId);
const other = (place: number): string => `acc_${String(place).padStart(26, '0')}`;

/** An automation on the posts of an account, with tests beyond exact values. */
const listener = (accountId: string, place: number): Listener => ({
  ...{ automationId: `aut_${place}`, liveVersion: 1, condition: null, personId: 'usr_01KATJ9V5H8Q3M4N5P6R7S8T9V' },
  trigger: Trigger.parse({
    ...{ kind: 'event', type: 'post.published' },
    pattern: {
      data: { accountId: [accountId], costMicros: [{ numeric: ['>=', 0] }], campaignId: [{ prefix: 'cmp_' }, null] },
      actor: { id: [{ 'anything-but': { prefix: 'x' } }] },
    },
  }),
});

/** `count` automations, `canMatch` of them on the event's own account. */
const all = (count: number, canMatch: number): Listener[] =>
  Array.from({ length: count }, (_, place) => listener(place < canMatch ? own : other(place), place));

/** CPU time in milliseconds, including JIT compilation. */
const cpuMs = (what: () => unknown): number => {
  const began = process.cpuUsage();
  what();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1_000;
};

const told = (ms: number): string => `${ms.toFixed(3)} ms of CPU`;

for (const [count, canMatch] of [
  [10, 1],
  [100, 1],
  [1_000, 1],
  [1_000, 10],
  [1_000, 100],
  [1_000, 1_000],
] as const) {
  const listeners = all(count, canMatch);
  let heard = compile([]);
  const compiling = cpuMs(() => {
    heard = compile(listeners);
  });
  const first = cpuMs(() => heard(event));
  if (heard(event).length !== canMatch) throw new Error('Not those were found that match');
  const each =
    cpuMs(() => {
      for (let round = 0; round < rounds; round += 1) heard(event);
    }) / rounds;
  console.log(
    `${count} automations, ${canMatch} on the account: ${told(each)} an event; the first one ${told(first)}, after compiling ` +
      `them once in ${compiling.toFixed(1)} ms`,
  );
}

const values = Array.from({ length: 3_000 }, (_, at) => `ab${at % 200}`);
for (const [what, tests] of [
  ['75 networks', Array.from({ length: 75 }, (_, net) => ({ cidr: `1.2.${net}.0/24` }))],
  ['60 wildcards', Array.from({ length: 60 }, (_, end) => ({ wildcard: `*ab*ab*c${end}*` }))],
] as const) {
  const pattern = parsePattern({ values: tests });
  console.log(`a list of ${values.length} values against ${what}: ${told(cpuMs(() => matches(pattern, { values })))}`);
}

const items = Array.from({ length: 500 }, (_, id) => `<item><guid>${id}</guid><link>/${id}</link></item>`).join('');
const attributes = Array.from({ length: 60_000 }, (_, place) => `a${place}="b"`).join(' ');
const feed = Buffer.from(`<rss version="2.0"><channel ${attributes}><title>x</title>${items}</channel></rss>`);
console.log(
  `a feed of ${(feed.length / 1e6).toFixed(1)} MB: ${told(cpuMs(() => itemsIn(feed, 'application/rss+xml')))}`,
);
