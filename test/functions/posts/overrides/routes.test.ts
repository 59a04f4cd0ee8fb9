import { beforeEach, describe, expect, test, vi } from 'vitest';
import { CampaignSlotPlanned } from '#events/campaigns.ts';
import { defaultSettings, type WorkspaceSettings } from '#events/users.ts';
import * as approval from '#functions/posts/approval/contract.ts';
import { changeMedia, MediaView } from '#functions/posts/media/contract.ts';
import { overrideWarning } from '#functions/posts/overrides/contract.ts';
import * as scheduling from '#functions/posts/scheduling/contract.ts';
import { PostView } from '#functions/posts/views.ts';
import * as writing from '#functions/posts/writing/contract.ts';
import type { Operation } from '#shared/http/operation.ts';
import { Problem } from '#shared/http/problem.ts';
import type { Role } from '#shared/permissions.ts';
import { owner } from '#test/support/http-event.ts';
import { type Harness, harness, later } from '../harness.ts';
import { accountId, aMedia, author, campaignId, mediaId, otherAccountId, slotId, workspaceId } from '../samples.ts';

let context: Harness;
beforeEach(async () => {
  context = await harness();
  await context.deps.accounts.learn(workspaceId, 1, {
    accountId: otherAccountId,
    isConnected: true,
    maxWeightedLength: 280,
  });
});

const as = (role: Role) => ({ ...owner, role });
let decided = 1;
const decide = (settings: Partial<WorkspaceSettings>) =>
  context.deps.settings.learn(workspaceId, (decided += 1), { ...defaultSettings, ...settings });
const write = async (text: string, on = accountId) =>
  (await context.ask(writing.createPost, PostView, { body: { accountId: on, parts: [{ text }] } })).body;
const change = (id: string, body: object) =>
  context.ask(writing.changePost, PostView, { path: { postId: id }, body, headers: { 'if-match': '*' } });
const schedule = async ({ id }: { id: string }, publishAt = later) =>
  (await context.ask(scheduling.schedulePost, PostView, { path: { postId: id }, body: { publishAt } })).body;
const refusal = async (operation: Operation, { id }: { id: string }, body: object = {}, who = owner) => {
  const answer = await context.ask(operation, Problem, {
    path: { postId: id },
    headers: { 'if-match': '*' },
    body,
    as: who,
  });
  return { status: answer.status, code: answer.body.code, fields: answer.body.fields };
};
const override = (post: { id: string }, rule: string, who = as('admin')) =>
  context.ask(overrideWarning, PostView, {
    path: { postId: post.id },
    body: { rule, reason: 'They asked us to.' },
    as: who,
  });
const claim = async ({ id }: { id: string }) => {
  const post = await context.deps.posts.get(workspaceId, id);
  context.clock.set(new Date(Math.max(context.clock.now().getTime(), Date.parse(post.nextAttemptAt ?? ''))));
  const input = { workspaceId, postId: id, scheduleVersion: post.scheduleVersion };
  const outcome = await context.run('posts.claim', input, `execution of ${id}`);
  return { outcome, post: await context.deps.posts.get(workspaceId, id) };
};

const long = 'Our autumn roast is here with plum, cocoa and a long finish';

describe('repeated text on another account', () => {
  test.each([
    ['exactly, however short', 'Good morning!', 'Good morning!'],
    ['but for case, links and emoji', 'Good morning, all', 'GOOD morning all ☕ https://example.com/x'],
    ['nearly', long, `${long} today`],
  ])('is found when written, and blocks scheduling, publishing and approval: %s', async (_, first, second) => {
    const out = await schedule(await write(first));
    const copy = await write(second, otherAccountId);
    expect(copy.findings).toMatchObject([
      { rule: 'duplicated_across_accounts', level: 'block', part: 0, start: 0, end: second.length },
    ]);
    expect(copy.findings[0]?.message).toContain(out.id);
    expect(copy.findings[0]?.message).toContain(accountId);
    const field = { path: 'parts.0.text', code: 'duplicated_across_accounts', start: 0, end: second.length };
    const refused = { status: 422, code: 'policy_blocked', fields: [expect.objectContaining(field)] };
    expect(await refusal(scheduling.schedulePost, copy, { publishAt: later })).toEqual(refused);
    expect(await refusal(scheduling.publishPost, copy)).toEqual(refused);
    expect(await refusal(approval.approvePost, copy)).toEqual(refused);
    expect(await refusal(approval.approvePost, copy, { schedule: { publishAt: later } })).toEqual(refused);
    const changed = await change(copy.id, { parts: [{ text: 'Something of its own' }] });
    expect(changed.body.findings).toEqual([]);
    expect((await schedule(changed.body)).status).toBe('scheduled');
  });

  test('is ignored in a draft, in a cancelled post and in another workspace', async () => {
    const draft = await write('Good morning!');
    const copy = await write('Good morning!', otherAccountId);
    expect(copy.findings).toEqual([]);
    await schedule(draft);
    expect((await refusal(scheduling.publishPost, copy)).code).toBe('policy_blocked');
    await context.ask(scheduling.cancelPost, PostView, { path: { postId: draft.id } });
    expect((await schedule(copy)).findings).toEqual([]);
    const stranger = { ...owner, workspaceId: 'wsp_01KATJ9V5H8Q3M4N5P6R7S8T9W' };
    await context.deps.accounts.learn(stranger.workspaceId, 1, {
      accountId,
      isConnected: true,
      maxWeightedLength: 280,
    });
    const body = { accountId, parts: [{ text: 'Good morning!' }] };
    expect((await context.ask(writing.createPost, PostView, { body, as: stranger })).body.findings).toEqual([]);
  });

  test('is not found in short texts that are merely similar', async () => {
    await schedule(await write('A post on time 17'));
    expect((await write('A post on time 18', otherAccountId)).findings).toEqual([]);
  });
});

describe('repeated text on the same account', () => {
  const inDays = (days: number) => new Date(Date.parse(later) + days * 86_400_000).toISOString();
  const thread = async (...texts: string[]) => {
    const parts = texts.map((text) => ({ text }));
    return (await context.ask(writing.createPost, PostView, { body: { accountId, parts } })).body;
  };

  test('is blocked when exact, warned of when nearly the same, and allowed two weeks later', async () => {
    await schedule(await write(long));
    const again = await write(long);
    expect(again.findings).toMatchObject([{ rule: 'repeated_on_account', level: 'block' }]);
    expect((await write(`${long}!`)).findings).toMatchObject([{ rule: 'nearly_repeated_on_account', level: 'warn' }]);
    expect((await schedule(again, inDays(14))).findings).toEqual([]);
  });

  test('within a week can be published after an override, except when X would refuse it', async () => {
    await schedule(await write(long));
    const again = await write(long);
    expect((await refusal(scheduling.schedulePost, again, { publishAt: inDays(3) })).code).toBe('policy_warnings');
    await override(again, 'repeated_on_account');
    // X would refuse it.
    expect((await refusal(scheduling.schedulePost, again, { publishAt: later })).code).toBe('policy_blocked');
    expect((await schedule(again, inDays(3))).status).toBe('scheduled');
    expect((await claim(again)).outcome).toMatchObject({ outcome: 'go' });
  });

  test('at the end of two threads warns on the one written later, and not on the other at its claim', async () => {
    const ending = 'Follow us for more!';
    const first = await schedule(await thread('How we roast', ending), inDays(2));
    const second = await thread('How we grind', ending);
    expect(second.findings).toMatchObject([{ rule: 'repeated_on_account', level: 'warn', part: 1 }]);
    await override(second, 'repeated_on_account');
    expect((await schedule(second)).status).toBe('scheduled');
    expect((await claim(second)).outcome).toMatchObject({ outcome: 'go' });
    expect((await claim(first)).outcome).toMatchObject({ outcome: 'go' });
  });
});

describe('a warning', () => {
  const text = 'Thanks, @maya!';

  test('blocks scheduling with policy_warnings until an admin overrides it for this content', async () => {
    const post = await write(text);
    expect(post.findings).toMatchObject([{ rule: 'unlisted_mention', level: 'warn', start: 8, end: 13 }]);
    const refused = await refusal(scheduling.schedulePost, post, { publishAt: later });
    expect(refused).toMatchObject({ status: 422, code: 'policy_warnings', fields: [{ code: 'unlisted_mention' }] });
    const body = { rule: 'unlisted_mention', reason: 'They asked us to.' };
    for (const role of ['manager', 'editor', 'analyst'] as const) {
      expect((await refusal(overrideWarning, post, body, as(role))).status).toBe(403);
    }
    const passed = await override(post, 'unlisted_mention');
    expect(passed.body.overrides).toMatchObject([
      { rule: 'unlisted_mention', contentHash: post.contentHash, reason: body.reason, overriddenBy: owner.personId },
    ]);
    expect((await schedule(post)).status).toBe('scheduled');
    expect((await claim(post)).outcome).toMatchObject({ outcome: 'go' });
    const told = context.told().find(([type]) => type === 'post.policy_overridden');
    expect(told?.[1]).toEqual({
      accountId,
      rule: 'unlisted_mention',
      contentHash: post.contentHash,
      overriddenBy: owner.personId,
    });
  });

  test('is overridden for the content as it is, even if an alt text has changed since the post was written', async () => {
    await context.deps.media.create(aMedia({ altText: 'A bag' }), author);
    const body = { accountId, parts: [{ text, mediaIds: [mediaId] }] };
    const { body: post } = await context.ask(writing.createPost, PostView, { body });
    const described = { path: { mediaId }, headers: { 'if-match': '*' }, body: { altText: 'A bag of coffee' } };
    await context.ask(changeMedia, MediaView, described);
    await override(post, 'unlisted_mention');
    expect((await schedule(post)).status).toBe('scheduled');
  });

  test('returns after an override when the content changes', async () => {
    const post = await write(text);
    await override(post, 'unlisted_mention');
    await change(post.id, { parts: [{ text: `${text} And more.` }] });
    expect((await refusal(scheduling.publishPost, post)).code).toBe('policy_warnings');
  });

  test('can be overridden only where it exists, and never where the rule blocks', async () => {
    const post = await write(text);
    const body = { rule: 'link_in_post', reason: 'No reason' };
    expect(await refusal(overrideWarning, post, body)).toMatchObject({ status: 409, code: 'no_such_warning' });
    await decide({ mentionPolicy: 'block' });
    const blocked = await refusal(overrideWarning, post, { ...body, rule: 'unlisted_mention' });
    expect(blocked).toMatchObject({ status: 422, code: 'not_overridable' });
    expect(await refusal(overrideWarning, post, { ...body, rule: 'no_rule' })).toMatchObject({ status: 400 });
    expect(await refusal(overrideWarning, post, { rule: 'link_in_post', reason: ' ' })).toMatchObject({ status: 400 });
  });

  test('of a publishing post cannot be overridden', async () => {
    const post = await write('All is well');
    await schedule(post);
    await claim(post);
    const body = { rule: 'unlisted_mention', reason: 'Too late' };
    expect(await refusal(overrideWarning, post, body)).toMatchObject({ status: 409, code: 'post_publishing' });
  });
});

describe('at the claim', () => {
  test('a plain post takes one similarity query and reads no other post', async () => {
    const post = await schedule(await write(long));
    await schedule(await write(`${long} for you and for all of your friends`), inTheEvening);
    const find = vi.spyOn(context.deps.posts, 'find');
    const look = vi.spyOn(context.deps.similarPosts, 'find');
    expect((await claim(post)).outcome).toMatchObject({ outcome: 'go' });
    expect(look.mock.calls.map(([, keys]) => keys.length)).toEqual([1]);
    // Only the post itself.
    expect(new Set(find.mock.calls.map(([, id]) => id))).toEqual(new Set([post.id]));
  });

  test('a mention forbidden since scheduling holds the post until it is edited and rescheduled', async () => {
    await decide({ mentionPolicy: 'allow' });
    const post = await schedule(await write('Thanks, @maya!'));
    await decide({ mentionPolicy: 'block' });
    const { outcome, post: held } = await claim(post);
    expect(outcome).toEqual({ outcome: 'stopped' });
    expect(held).toMatchObject({ status: 'held', problem: { code: 'policy_unlisted_mention' } });
    expect(held.problem?.reason).toMatch(/^This workspace does not allow mention.*@maya.* schedule it again\.$/);
    await change(post.id, { parts: [{ text: 'Thanks to all!' }] });
    expect((await schedule(post)).status).toBe('scheduled');
    expect((await claim(post)).outcome).toMatchObject({ outcome: 'go' });
  });

  test('a link forbidden since scheduling holds the post', async () => {
    const post = await schedule(await write('Read example.com/a'));
    expect(post.urlParts).toEqual([0]);
    await decide({ linkPolicy: 'block' });
    expect((await claim(post)).post.problem?.code).toBe('policy_link_in_post');
  });

  test('a warning introduced since scheduling holds the post, and an override resumes it', async () => {
    await decide({ mentionPolicy: 'allow' });
    const post = await schedule(await write('Thanks, @maya!'));
    await decide({ mentionPolicy: 'warn' });
    expect((await claim(post)).post.status).toBe('held');
    expect((await override(post, 'unlisted_mention')).body.status).toBe('scheduled');
    expect((await claim(post)).outcome).toMatchObject({ outcome: 'go' });
  });

  test('a text that another account published since scheduling holds the post', async () => {
    const post = await schedule(await write('Good morning!'));
    // As two concurrent requests do not see each other.
    const other = await write('Something else', otherAccountId);
    const stored = await context.deps.posts.get(workspaceId, other.id);
    const published = {
      ...stored,
      parts: [{ text: 'Good morning!', mediaIds: [], poll: null }],
      status: 'published' as const,
    };
    await context.deps.posts.save(published, { actor: { type: 'system', id: 'posts' }, correlationId: 'c' });
    await context.deps.similarPosts.keep(workspaceId, other.id, await keysOf('Good morning!'));
    const { post: held } = await claim(post);
    expect(held.problem?.code).toBe('policy_duplicated_across_accounts');
    expect(held.problem?.reason).toContain(other.id);
  });

  test('a campaign’s post that duplicates another account’s shows the finding when planned, and is held', async () => {
    const copy = await write(`${long} today`, otherAccountId);
    const first = await schedule(await write(long), inTheEvening);
    const planned = { campaignId, slotId, postId: copy.id, planVersion: 1, publishAt: later, timeZone: 'Etc/UTC' };
    await context.happened(CampaignSlotPlanned, slotId, 1, { accountId: otherAccountId, ...planned });
    const shown = (await context.ask(writing.getPost, PostView, { path: { postId: copy.id } })).body;
    expect(shown).toMatchObject({ status: 'scheduled', findings: [{ rule: 'duplicated_across_accounts' }] });
    expect((await claim(copy)).post.problem?.code).toBe('policy_duplicated_across_accounts');
    // Of the two, the one scheduled first is published.
    expect((await claim(first)).outcome).toMatchObject({ outcome: 'go' });
  });

  test('of several duplicates, only the one scheduled first is published', async () => {
    const copy = await write(`${long} today`, otherAccountId);
    const exact = await write(long, otherAccountId);
    const first = await schedule(await write(long));
    for (const [place, post] of [copy, exact].entries()) {
      const slot = { campaignId, slotId: `${slotId.slice(0, -1)}${place}`, postId: post.id, planVersion: 1 };
      const when = { publishAt: inTheEvening, timeZone: 'Etc/UTC' };
      await context.happened(CampaignSlotPlanned, slot.slotId, 1, { accountId: otherAccountId, ...slot, ...when });
    }
    expect((await claim(first)).outcome).toMatchObject({ outcome: 'go' });
    expect((await claim(copy)).post.status).toBe('held');
    expect((await claim(exact)).post.status).toBe('held');
  });

  test('the result tells the workflow which parts have a link', async () => {
    const parts = [{ text: 'First' }, { text: 'Read example.com/a' }];
    const { body } = await context.ask(writing.createPost, PostView, { body: { accountId, parts } });
    await schedule(body);
    expect((await claim(body)).outcome).toMatchObject({ parts: [{ hasUrl: false }, { hasUrl: true }] });
  });
});

const inTheEvening = '2026-11-22T18:00:00.000Z';
const keysOf = async (text: string) => (await import('#functions/posts/checks/similarity.ts')).keysOf(text);

test('a post stores neither findings nor overrides when it has none', async () => {
  const { id } = await write('Hello');
  const stored: unknown = JSON.parse(JSON.stringify(await context.deps.posts.get(workspaceId, id)));
  expect(stored).not.toHaveProperty('findings');
  expect(stored).not.toHaveProperty('overrides');
});
