import * as z from 'zod';
import { publishPost } from '#infra/workflows/publish-post.ts';

/**
 * How late plain posts due at the same instant would be on AWS, not counting the time that X takes: the real definition
 * of publish-post, simulated under the limits that AWS publishes. `npm run bench:lateness -- 1000 0.2` takes a thousand
 * posts, a fifth of which find a warm function.
 */
const [, , postsAsked, warmAsked] = process.argv;
const count = z.coerce.number().int().positive().default(1_000).parse(postsAsked);
const warmShare = z.coerce.number().min(0).max(1).default(0).parse(warmAsked);

/** State transitions of Standard workflows: rate, also the burst (AWS: Step Functions quotas, us-east-1; elsewhere 800). */
const transitionsPerSecond = { 'us-east-1': 5_000, elsewhere: 800 };
/** Concurrent executions of all functions (AWS: Lambda quotas). */
const concurrency = 1_000;
/** Time between two states of a Standard workflow: assumed, since AWS publishes no figure. */
const betweenStatesMs = 25;
/** Start of a function and a warm call: assumed as well, until measured on AWS. */
const initMs = 450;
const callMs = { posts: 40, accounts: 30 };
/** X's own time to accept a post: not the platform's lateness, but it keeps the function busy. */
const xMs = 400;

const definition = publishPost({ posts: 'posts', accounts: 'accounts', campaigns: 'campaigns' });
const Step = z.looseObject({
  Type: z.string(),
  Next: z.string().optional(),
  Choices: z.array(z.looseObject({ StringEquals: z.string().optional(), Next: z.string() })).optional(),
});

/** The states of a plain post from its due time to the call to X. */
const way: { name: string; type: string }[] = [];
for (let name: string | undefined = definition.StartAt; name !== undefined && way.at(-1)?.name !== 'PublishPlain';) {
  const step = Step.parse(definition.States[name]);
  way.push({ name, type: step.Type });
  name = step.Choices?.find(({ StringEquals }) => StringEquals === 'plain')?.Next ?? step.Next;
}

/** A token bucket: when the next request may proceed, at `perSecond` with a burst of as many. */
const bucket = (perSecond: number) => {
  let [tokens, at] = [perSecond, 0];
  return (wanted: number): number => {
    const now = Math.max(wanted, at);
    tokens = Math.min(perSecond, tokens + ((now - at) * perSecond) / 1_000);
    const waits = tokens >= 1 ? 0 : ((1 - tokens) * 1_000) / perSecond;
    tokens -= 1 - (waits * perSecond) / 1_000;
    at = now + waits;
    return at;
  };
};

/** A function's processes: when each is free. */
const processes = (warm: number) => Array.from({ length: warm }, () => 0);

const latenessIn = (perSecond: number): number[] => {
  const transition = bucket(perSecond);
  const pools = { posts: processes(count * warmShare), accounts: processes(count * warmShare) };
  const running = (at: number) => [...pools.posts, ...pools.accounts].filter((freeAt) => freeAt > at).length;
  const call = (which: keyof typeof pools, at: number, holdsMs: number): number => {
    const pool = pools[which];
    const free = pool.findIndex((freeAt) => freeAt <= at);
    const room = running(at) < concurrency;
    const starts = free >= 0 || room ? at : Math.min(...pools.posts, ...pools.accounts);
    const begins = starts + (free >= 0 ? 0 : initMs);
    const ends = begins + callMs[which];
    if (free >= 0) pool[free] = ends + holdsMs;
    else pool.push(ends + holdsMs);
    return ends;
  };
  const at: number[] = Array.from({ length: count }, () => 0);
  for (const { name, type } of way) {
    // In the order in which posts enter this state.
    at.sort((one, other) => one - other);
    for (const [place, when] of at.entries()) {
      const entered = transition(when);
      if (type !== 'Task') at[place] = entered + betweenStatesMs;
      else if (name === 'PublishPlain') at[place] = call('accounts', entered, xMs);
      else at[place] = call('posts', entered, 0) + betweenStatesMs;
    }
  }
  return at.sort((one, other) => one - other);
};

console.log(`\n${count} plain posts due at the same instant, ${warmShare * 100} % of the functions warm`);
console.log(`states before the call of X: ${way.map(({ name }) => name).join(', ')}`);
for (const [region, perSecond] of Object.entries(transitionsPerSecond)) {
  const late = latenessIn(perSecond);
  const share = (part: number) =>
    `${((late[Math.min(count - 1, Math.floor(count * part))] ?? NaN) / 1000).toFixed(2)} s`;
  console.log(`late beyond X's own pace, ${region}: p50 ${share(0.5)}, p99 ${share(0.99)}, max ${share(1)}`);
}
