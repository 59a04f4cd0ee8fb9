import { afterAll, beforeAll, describe, test } from 'vitest';
import { Lab, type XRule } from './lab.ts';
import { Tally } from './oracle.ts';
import {
  type Expected,
  expectVerdict,
  type Place,
  playAll,
  playedNow,
  type Scenario,
  type Verdict,
} from './scenario.ts';

type Fault = XRule['fault'];

/** Longer than the platform waits for one call to X, in milliseconds. */
const beyondTimeout = 12_000;

const published: Expected = { end: 'published' };
const failed = (code: string): Expected => ({ end: 'failed', code });
const held = (code: string): Extract<Expected, { code: string }> => ({ end: 'held', code });

/** Faults that leave it unknown whether X has the post. */
const unknown: Record<string, Fault> = {
  'a connection cut before the commit': { kind: 'cut', phase: 'before' },
  'a connection cut after the commit': { kind: 'cut', phase: 'after' },
  'a 500 before the commit': { kind: 'status', status: 500, phase: 'before' },
  'a 500 after the commit': { kind: 'status', status: 500, phase: 'after' },
  'a 503 page before the commit': { kind: 'status', status: 503, phase: 'before', body: 'html' },
  'a 503 page after the commit': { kind: 'status', status: 503, phase: 'after', body: 'html' },
  'a 502 in plain text after the commit': { kind: 'status', status: 502, phase: 'after', body: 'plain' },
  'a 408 after the commit': { kind: 'status', status: 408, phase: 'after' },
  'a page in place of the 201 after the commit': { kind: 'html', phase: 'after' },
  'a page in place of the 201 without a commit': { kind: 'html', phase: 'before' },
  'an empty 201 after the commit': { kind: 'empty', phase: 'after' },
  'an empty 201 without a commit': { kind: 'empty', phase: 'before' },
  'truncated JSON': { kind: 'truncated' },
  'an answer that hangs up in the middle': { kind: 'truncated', hangUp: true },
  'an answer that drips beyond the time-out': { kind: 'slow', ms: beyondTimeout },
  'a commit later than the time-out': { kind: 'delay', ms: beyondTimeout, phase: 'before' },
  'an answer later than the time-out': { kind: 'delay', ms: beyondTimeout, phase: 'after' },
};

/** Faults that reveal whether X has the post. */
const known: Record<string, [Fault, Expected]> = {
  'an answer that takes its time': [{ kind: 'delay', ms: 500, phase: 'after' }, published],
  'a token that X refuses once': [{ kind: 'unauthorized' }, published],
  'a 429 that ends in two seconds': [{ kind: 'rateLimit', resetAfterSeconds: 2 }, published],
  'a 429 of the old kind': [{ kind: 'rateLimit', resetAfterSeconds: 2, body: 'v1' }, published],
  "a 429 of the user's day": [{ kind: 'rateLimit', headers: 'user24h', resetAfterSeconds: 2 }, published],
  "a 429 of the app's day": [{ kind: 'rateLimit', headers: 'app24h', resetAfterSeconds: 2 }, published],
  'a 429 of a day that is long': [
    { kind: 'rateLimit', headers: 'user24h', resetAfterSeconds: 40_000 },
    { end: 'put off', seconds: [39_900, 40_020] },
  ],
  'a 429 that does not say for how long': [
    { kind: 'rateLimit', headers: 'none' },
    { end: 'put off', seconds: [850, 920] },
  ],
  // These stop every account of the app for some seconds; then one of them tries again, and all continue.
  'a usage cap': [{ kind: 'rateLimit', headers: 'usageCap' }, published],
  'spent credits': [{ kind: 'creditsDepleted' }, published],
  'a spending cap': [{ kind: 'forbidden', reason: 'spendCap' }, published],
  'an app that X does not know': [{ kind: 'forbidden', reason: 'clientForbidden' }, published],
  'duplicate content on the first send': [{ kind: 'forbidden', reason: 'duplicate' }, failed('x_duplicate')],
  'a suspended account': [{ kind: 'forbidden', reason: 'suspended' }, held('account_suspended')],
  'a suspended account, told as of old': [{ kind: 'forbidden', reason: 'suspendedV1' }, held('account_suspended')],
  'a locked account': [{ kind: 'forbidden', reason: 'locked' }, held('account_locked')],
  'an action that is not permitted': [{ kind: 'forbidden', reason: 'notPermitted' }, failed('x_forbidden')],
  'a reply that nobody asked for': [{ kind: 'forbidden', reason: 'notSummoned' }, failed('x_forbidden')],
  'a 400': [{ kind: 'status', status: 400 }, failed('x_invalid')],
  'a 404': [{ kind: 'status', status: 404 }, failed('x_not_found')],
};

const createPost = { method: 'POST', path: '/2/tweets' } as const;

/** One post, or a thread whose part `at` meets the fault. */
const scenario = (what: string, fault: Fault, expected: Expected, thread?: { at: number }): Scenario => ({
  name: thread ? `${what}, at part ${thread.at + 1} of a thread` : what,
  parts: thread ? 3 : 1,
  expected: thread && 'code' in expected ? { ...expected, partsOut: thread.at } : expected,
  // A refusal that a person has to resolve persists until then, even if the call is repeated after a late answer.
  arm: ({ lab, account }) =>
    lab.armX(account, [
      { ...createPost, skip: thread?.at ?? 0, times: expected.end === 'published' ? 1 : 'always', fault },
    ]),
});

const threads = [
  ...Object.entries(unknown).map(([what, fault], at): Scenario => scenario(what, fault, published, { at: at % 3 })),
  ...['a token that X refuses once', 'a 429 that ends in two seconds', 'a suspended account', 'a 400'].flatMap(
    (what) => {
      const [fault, expected] = known[what] ?? [];
      return fault && expected ? [scenario(what, fault, expected, { at: 1 })] : [];
    },
  ),
];

/** X's answer is lost; X then omits these fields from its posts, `times` times in the timeline and as often by id. */
const hidden = (
  what: string,
  fields: string[],
  expected: Expected,
  { at = 0, times = 'always' as number | 'always' },
) => ({
  name: `a lost answer, and then posts without ${what}`,
  parts: at + 1,
  expected,
  arm: ({ lab, account }: Place) =>
    lab.armX(account, [
      { ...createPost, skip: at, fault: { kind: 'cut', phase: 'after' } },
      { method: 'GET', path: '/2/users/:id/tweets', times, fault: { kind: 'hide', fields } },
      { method: 'GET', path: '/2/tweets', times, fault: { kind: 'hide', fields } },
    ]),
});

const scenarios: Scenario[] = [
  hidden('references', ['referenced_tweets'], published, { at: 1 }),
  hidden('times', ['created_at'], { ...held('x_unclear'), partsOut: 1 }, { times: 1 }),
  ...playedNow([
    // Outcomes that stay unknown for a minute start first.
    ...threads,
    ...Object.entries(unknown).map(([what, fault]) => scenario(what, fault, published)),
    ...Object.entries(known).map(([what, [fault, expected]]) => scenario(what, fault, expected)),
  ]),
];

describe('when X fails while it receives a post', () => {
  const tally = new Tally();
  let verdicts: Map<string, Verdict | Error>;
  beforeAll(async () => {
    verdicts = await playAll(await Lab.open(), scenarios);
  });
  afterAll(() => {
    process.stdout.write(`${tally.line()}\n`);
  });

  test.each(scenarios)('$name: the post is on X once, or is postponed, held or failed as expected', (each) => {
    expectVerdict(verdicts.get(each.name), each, tally);
  });
});
