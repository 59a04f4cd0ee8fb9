import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { disconnectAccount } from '#functions/accounts/connections/connect.ts';
import type { Account } from '#functions/accounts/domain/account.ts';
import { publishPart } from '#functions/accounts/publishing/publish-part.ts';
import { author, containing, type Harness, harness, pace, partOn } from '../harness.ts';

let context: Harness;
let account: Account;

beforeEach(async () => {
  context = await harness();
  account = await context.connect('acme_coffee');
});
afterEach(() => context.sandbox.close());

const createPost = { method: 'POST', path: '/2/tweets' };
const timeline = { method: 'GET', path: '/2/users/:id/tweets' };

/** Everything that can happen to one call of POST /2/tweets so that nobody learns whether X accepted it. */
const lostAnswers: Record<string, object> = {
  'a cut before X stored it': { kind: 'cut', phase: 'before' },
  'a cut after X stored it': { kind: 'cut', phase: 'after' },
  'a 500 before': { kind: 'status', status: 500, phase: 'before' },
  'a 500 after': { kind: 'status', status: 500, phase: 'after' },
  'a 502 page before': { kind: 'status', status: 502, phase: 'before', body: 'html' },
  'a 502 page after': { kind: 'status', status: 502, phase: 'after', body: 'html' },
  'a 503 in plain text after': { kind: 'status', status: 503, phase: 'after', body: 'plain' },
  'a 504 with strings for errors after': { kind: 'status', status: 504, phase: 'after', body: 'strings' },
  'a page in place of the answer': { kind: 'html' },
  'an empty 201': { kind: 'empty' },
  'half of the answer': { kind: 'truncated' },
  'half of the answer, then a cut': { kind: 'truncated', hangUp: true },
  'an answer that drips longer than the time-out': { kind: 'slow', ms: 2_000 },
  'no answer in time, though X stored it': { kind: 'delay', ms: 1_500, phase: 'after' },
};

test('a post is sent with its poll, its labels and who may reply', async () => {
  const poll = { options: ['Plum', 'Cocoa'], durationMinutes: 60 };
  const how = { poll, replySettings: 'following', madeWithAi: true, paidPartnership: true } as const;
  expect(await context.publish(partOn(account, how))).toMatchObject({ outcome: 'published' });
  const [sent] = (await context.requests()).filter(({ operation }) => operation === 'createPosts');
  expect(sent?.body).toMatchObject({
    poll: { options: ['Plum', 'Cocoa'], duration_minutes: 60 },
    reply_settings: 'following',
    made_with_ai: true,
    paid_partnership: true,
  });
});

describe('exactly one post is on X', () => {
  test('when all goes well, however often it is published', async () => {
    const part = partOn(account);
    const outcomes = [await context.publish(part), await context.publish(part), await context.publish(part)];
    const [post] = await context.posts();
    expect(outcomes[0]).toMatchObject({ outcome: 'published', part: 0, xPostId: post?.id });
    expect(outcomes[1]).toEqual(outcomes[0]);
    expect(outcomes[2]).toEqual(outcomes[0]);
    expect(await context.posts()).toHaveLength(1);
  });

  test.each(Object.entries(lostAnswers))('after %s', async (_, fault) => {
    await context.faults({ ...createPost, fault });
    const outcomes = await context.publishToTheEnd(
      partOn(account, { text: 'Tea & "beans" <now> https://example.com/a?b=ü' }),
    );
    const posts = await context.posts();
    expect(posts).toHaveLength(1);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['unsettled', 'published']);
    expect(outcomes.at(-1)).toMatchObject({ xPostId: posts[0]?.id });
  });

  test.each(Object.entries(lostAnswers))(
    'after %s, twice, with a failed look at the timeline in between',
    async (_, fault) => {
      await context.faults({ ...createPost, times: 2, fault }, { ...timeline, fault: { kind: 'status', status: 503 } });
      const outcomes = await context.publishToTheEnd(partOn(account));
      expect(await context.posts()).toHaveLength(1);
      expect(outcomes.at(-1)).toMatchObject({ outcome: 'published' });
    },
  );

  test('when the post appears only after it settled: the second send is a duplicate, and the first is adopted', async () => {
    await context.settings({ timelineLagMs: pace.settleMs * 2 + 30_000 });
    await context.faults({ ...createPost, fault: { kind: 'cut', phase: 'after' } });
    const outcomes = await context.publishToTheEnd(partOn(account));
    expect(await context.posts()).toHaveLength(1);
    expect(outcomes.slice(0, -1).every(({ outcome }) => outcome === 'unsettled')).toBe(true);
    expect(outcomes.at(-1)).toMatchObject({ outcome: 'published' });
    const sends = (await context.requests()).filter(({ operation }) => operation === 'createPosts');
    expect(sends.length).toBeGreaterThan(1);
  });

  test('when ten executions publish it concurrently', async () => {
    const part = partOn(account);
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => context.publish(part)));
    expect(outcomes.filter(({ outcome }) => outcome === 'published')).toHaveLength(1);
    expect(outcomes.filter(({ outcome }) => outcome === 'unsettled')).toHaveLength(9);
    expect(await context.posts()).toHaveLength(1);
    expect(await context.publish(part)).toMatchObject({ outcome: 'published' });
  });

  test('when the process dies between saving the intent and calling X', async () => {
    const part = partOn(account);
    const dying = { ...context.deps, x: { ...context.deps.x, createPost: () => Promise.reject(new Error('killed')) } };
    await expect(publishPart(dying, part, author)).rejects.toThrow('killed');
    const outcomes = await context.publishToTheEnd(part);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['unsettled', 'published']);
    expect(await context.posts()).toHaveLength(1);
  });

  test('when the process dies between the call and saving the X id', async () => {
    const part = partOn(account);
    const { publications } = context.deps;
    const save: typeof publications.save = (publication) =>
      publication.published ? Promise.reject(new Error('killed')) : publications.save(publication);
    const dying = { ...context.deps, publications: { ...publications, save } };
    await expect(publishPart(dying, part, author)).rejects.toThrow('killed');
    await context.publishToTheEnd(part);
    expect(await context.posts()).toHaveLength(1);
  });

  test('for each of two identical posts when X accepts both', async () => {
    await context.settings({ duplicateWindowMs: 0 });
    await context.faults({ ...createPost, fault: { kind: 'cut', phase: 'before' } });
    const first = partOn(account);
    await context.publish(first);
    const second = await context.publish(partOn(account));
    const outcomes = await context.publishToTheEnd(first);
    expect(await context.posts()).toHaveLength(2);
    expect(outcomes.at(-1)).toMatchObject({ outcome: 'published' });
    expect(outcomes.at(-1)).not.toMatchObject({ xPostId: 'xPostId' in second && second.xPostId });
  });

  test('when its text was changed after a send with an unknown outcome', async () => {
    await context.faults({ ...createPost, fault: { kind: 'cut', phase: 'after' } });
    const part = partOn(account, { text: 'Old words' });
    await context.publish(part);
    const outcomes = await context.publishToTheEnd({ ...part, text: 'New words' });
    expect(await context.posts()).toHaveLength(1);
    expect(outcomes.at(-1)).toMatchObject({ outcome: 'published' });
  });

  test('when it was moved to another account after a send with an unknown outcome', async () => {
    const other = await context.connect('acme_premium');
    await context.faults({ ...createPost, fault: { kind: 'cut', phase: 'after' } });
    const part = partOn(account);
    await context.publish(part);
    await context.publishToTheEnd({ ...part, accountId: other.id });
    expect([...(await context.posts()), ...(await context.posts('acme_premium'))]).toHaveLength(1);
  });
});

test('a part that was moved to another account and is not on the first one is looked for on the second', async () => {
  const other = await context.connect('acme_premium');
  await context.settings({ duplicateWindowMs: 0 });
  await context.faults(
    { ...createPost, username: 'acme_coffee', fault: { kind: 'cut', phase: 'before' } },
    { ...createPost, username: 'acme_premium', fault: { kind: 'cut', phase: 'after' } },
  );
  const part = partOn(account);
  await context.publish(part);
  const outcomes = await context.publishToTheEnd({ ...part, accountId: other.id });
  expect(outcomes.at(-1)).toMatchObject({ outcome: 'published' });
  expect([await context.posts(), await context.posts('acme_premium')].map(({ length }) => length)).toEqual([0, 1]);
});

describe('a thread', () => {
  test('is published in order, each part as a reply to the previous one', async () => {
    const part = partOn(account, { text: 'One' });
    const second = { ...part, part: 1, text: 'Two https://example.com' };
    expect(await context.publish(second)).toEqual({ outcome: 'not_reached' });
    await context.publish(part);
    await context.faults({ ...createPost, fault: { kind: 'cut', phase: 'after' } });
    await context.publishToTheEnd(second);
    await context.publish({ ...part, part: 2, text: 'Three' });
    const [one, two, three, ...more] = await context.posts();
    expect([one?.rawText, two?.rawText, three?.rawText]).toEqual(['One', 'Two https://example.com', 'Three']);
    expect([one?.replyTo, two?.replyTo, three?.replyTo]).toEqual([undefined, one?.id, two?.id]);
    expect(more).toEqual([]);
  });

  test('with two identical parts is published in full, the second as a reply to the first', async () => {
    await context.settings({ duplicateWindowMs: 0 });
    const part = partOn(account, { text: 'Again' });
    await context.publish(part);
    await context.faults({ ...createPost, fault: { kind: 'cut', phase: 'before' } });
    const outcomes = await context.publishToTheEnd({ ...part, part: 1 });
    const [one, two] = await context.posts();
    expect(two?.replyTo).toBe(one?.id);
    expect(outcomes.at(-1)).toMatchObject({ xPostId: two?.id });
  });
});

describe('an answer from X', () => {
  const said = async (fault: object) => {
    await context.faults({ ...createPost, fault });
    const part = partOn(account);
    return { part, outcome: await context.publish(part) };
  };

  test('that a first send is a duplicate refuses the post with x_duplicate', async () => {
    await context.publish(partOn(account));
    expect(await context.publish(partOn(account))).toMatchObject({ outcome: 'refused', code: 'x_duplicate' });
    expect(await context.posts()).toHaveLength(1);
  });

  test('of 429 withdraws the intent, so that the send after the reset counts as a first one', async () => {
    const { part, outcome } = await said({ kind: 'rateLimit', resetAfterSeconds: 600 });
    expect(outcome).toMatchObject({ outcome: 'rate_limited', code: 'x_rate_limited' });
    // The ledger remembers the limit: X is not called before the reset.
    expect(await context.publish(part)).toMatchObject({ outcome: 'rate_limited' });
    expect((await context.requests()).filter(({ operation }) => operation === 'createPosts')).toHaveLength(1);
    const outcomes = await context.publishToTheEnd(part);
    expect(outcomes.at(-1)).toMatchObject({ outcome: 'published' });
    const asked = (await context.requests()).map(({ operation }) => operation);
    expect(asked).not.toContain('getUsersPosts');
  });

  test.each([
    [{ kind: 'rateLimit', headers: 'none', body: 'v1' }, 'x_rate_limited'],
    [{ kind: 'rateLimit', headers: 'usageCap' }, 'x_usage_capped'],
    [{ kind: 'creditsDepleted' }, 'x_credits_spent'],
    [{ kind: 'forbidden', reason: 'spendCap' }, 'x_spend_capped'],
    [{ kind: 'forbidden', reason: 'clientForbidden' }, 'x_app_not_enrolled'],
  ])('such as %j delays the post, which is published later', async (fault, code) => {
    const { part, outcome } = await said(fault);
    expect(outcome).toMatchObject({ outcome: 'rate_limited', code });
    const outcomes = await context.publishToTheEnd(part);
    expect(outcomes.at(-1)).toMatchObject({ outcome: 'published' });
    expect(await context.posts()).toHaveLength(1);
  });

  test('of 429 after an open send does not prove that nothing is out', async () => {
    await context.faults(
      { ...createPost, fault: { kind: 'cut', phase: 'before' } },
      { ...createPost, skip: 0, fault: { kind: 'rateLimit' } },
    );
    const outcomes = await context.publishToTheEnd(partOn(account));
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['unsettled', 'unsettled', 'published']);
  });

  test.each([
    [{ kind: 'forbidden', reason: 'notPermitted' }, 'too long'],
    [{ kind: 'forbidden', reason: 'notSummoned' }, 'has mentioned the account'],
    [{ kind: 'forbidden', reason: 'videoTooLong' }, 'video is longer'],
  ])('such as %j refuses the post with a plain reason', async (fault, words) => {
    const { outcome } = await said(fault);
    expect(outcome).toMatchObject({ outcome: 'refused', code: 'x_forbidden', reason: containing(words) });
  });

  test.each(['suspended', 'suspendedV1', 'locked'])(
    'with the reason %s changes the health of the account until a post is accepted again',
    async (reason) => {
      const { part, outcome } = await said({ kind: 'forbidden', reason });
      const health = reason === 'locked' ? 'locked' : 'suspended';
      expect(outcome).toMatchObject({ outcome: 'account_unwell', code: `account_${health}` });
      expect(await context.deps.accounts.get(account.workspaceId, account.id)).toMatchObject({ health });
      // A person has unlocked it on X and scheduled the post again.
      expect(await context.publish(part)).toMatchObject({ outcome: 'published' });
      expect(await context.deps.accounts.get(account.workspaceId, account.id)).toMatchObject({ health: 'healthy' });
    },
  );

  test('that refuses the token leads to a new one, and the post is published at once', async () => {
    const { outcome } = await said({ kind: 'unauthorized' });
    expect(outcome).toMatchObject({ outcome: 'published' });
    expect(await context.posts()).toHaveLength(1);
  });

  test('that refuses the consent sets reconnect_needed until the account is connected again', async () => {
    await context.revokeAtX('acme_coffee');
    const part = partOn(account);
    expect(await context.publish(part)).toMatchObject({ outcome: 'account_unwell', code: 'account_reconnect_needed' });
    expect(await context.deps.accounts.get(account.workspaceId, account.id)).toMatchObject({
      health: 'reconnect_needed',
    });
    await context.connect('acme_coffee');
    expect(await context.publish(part)).toMatchObject({ outcome: 'published' });
  });

  test('is not needed for a disconnected account: its post fails with account_disconnected', async () => {
    await disconnectAccount(context.deps, account.workspaceId, account.id, author);
    expect(await context.publish(partOn(account))).toMatchObject({
      outcome: 'account_unwell',
      code: 'account_disconnected',
    });
  });
});

describe('the right to send', () => {
  const ended = () => new Date(Date.now() - 1).toISOString();
  const lasting = () => new Date(Date.now() + 60_000).toISOString();
  const stored = ({ workspaceId, postId, part }: ReturnType<typeof partOn>) =>
    context.deps.publications.find(workspaceId, postId, part);

  test.each([
    ['of the claim', () => ({ sendBy: ended() })],
    [
      'of the permit',
      () => ({ sendBy: lasting(), permit: { outcome: 'permitted' as const, permittedUntil: ended() } }),
    ],
  ])('%s has expired: nothing is sent, and no send stays open', async (_, rights) => {
    const part = partOn(account, rights());
    expect(await context.publish(part)).toEqual({ outcome: 'expired' });
    expect(await context.posts()).toEqual([]);
    expect(await stored(part)).toBeUndefined();
    expect(await context.publish({ ...part, sendBy: lasting(), permit: undefined })).toMatchObject({
      outcome: 'published',
    });
  });

  test('expires while the call is prepared: the intent and its charge are withdrawn', async () => {
    const part = partOn(account, { sendBy: lasting() });
    const { publications } = context.deps;
    // Saving the intent takes longer than the right lasts.
    const save: typeof publications.save = async (publication) => {
      const written = await publications.save(publication);
      if (publication.sends.length > 0) context.clock.pass(120_000);
      return written;
    };
    const slow = { ...context.deps, publications: { ...publications, save } };
    expect(await publishPart(slow, part, author)).toEqual({ outcome: 'expired' });
    expect(await context.posts()).toEqual([]);
    expect(await stored(part)).toMatchObject({ sends: [], charge: null });
    const month = context.clock.now().toISOString().slice(0, 7);
    const usage = await context.deps.usage.find(account.workspaceId, month);
    expect(usage?.kinds['post_create']?.micros ?? 0).toBe(0);
  });

  test('is not needed to look for a post, and its end after an open send does not prove that nothing is out', async () => {
    await context.faults({ ...createPost, fault: { kind: 'cut', phase: 'after' } });
    const part = partOn(account, { sendBy: lasting() });
    expect(await context.publish(part)).toMatchObject({ outcome: 'unsettled' });
    context.clock.pass(pace.settleMs + pace.functionMs);
    expect(await context.publish(part)).toMatchObject({ outcome: 'published' });

    await context.faults({ ...createPost, fault: { kind: 'cut', phase: 'before' } });
    const other = partOn(account, {
      text: 'Another',
      sendBy: new Date(context.clock.now().getTime() + 60_000).toISOString(),
    });
    expect(await context.publish(other)).toMatchObject({ outcome: 'unsettled' });
    context.clock.pass(pace.settleMs + 1);
    expect(await context.publish(other)).toMatchObject({ outcome: 'unsettled' });
    expect(await context.posts()).toHaveLength(1);
  });
});
