import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '#infra/local/marketer.ts';
import { type Account, Lab, type Post } from './lab.ts';
import { compare, Tally } from './oracle.ts';

/*
 * The tables are restored to their state before the posts were published, while X accepts duplicate text: only the
 * look-up on X prevents publishing them again.
 */

/** Numbers of parts: single posts and threads, each on an account of its own. */
const shapes = [1, 3, 1, 2];

interface Rolled {
  account: Account;
  texts: string[];
  postId: string;
  /** The published post before its table was restored, and its state after. */
  before?: Post;
  after?: Post;
}

const tally = new Tally();
let lab: Lab;
const rolled: Rolled[] = [];

beforeAll(async () => {
  lab = await Lab.open();
  for (const parts of shapes) {
    const account = await lab.newAccount();
    const texts = Array.from({ length: parts }, (_, part) => `${randomUUID()}, ${part + 1} of ${parts}`);
    rolled.push({ account, texts, postId: await lab.write(account, texts) });
  }
  const publishAt = new Date(Date.now() + 8_000).toISOString();
  await Promise.all(rolled.map(({ postId }) => lab.schedule(postId, publishAt)));
  const restore = await lab.backUp(rolled.map(({ postId }) => postId));
  for (const each of rolled) each.before = await lab.ended(each.postId);
  await restore();
  await Promise.all(
    rolled.map(async (each) => {
      const readAgain = async () => {
        each.after = await lab.read(each.postId);
        return ['published', 'failed', 'missed', 'held'].includes(each.after.status) || undefined;
      };
      await eventually(`the end of ${each.postId}`, readAgain, { withinMs: 240_000, everyMs: 1_000 });
    }),
  );
  await lab.quietX();
}, 420_000);
afterAll(() => {
  process.stdout.write(`${tally.line()}\n`);
});

test('posts restored to their state before publishing are matched with their posts on X, not published again', async () => {
  for (const { account, texts, before, after } of rolled) {
    const difference = compare([texts], await lab.standing(account));
    tally.count(difference);
    expect(difference).toEqual({ lost: [], doubled: [], outOfOrder: [] });
    expect(before?.status).toBe('published');
    expect(after).toMatchObject({ status: 'published', problem: null });
    expect(after?.publication?.parts).toEqual(before?.publication?.parts);
  }
});
