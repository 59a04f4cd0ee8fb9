import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { WorkspaceSettings } from '#events/users.ts';
import { CostPreview } from '#functions/posts/composing/contract.ts';
import { Finding, Override } from '#functions/posts/domain/policy.ts';
import { eventually, Marketer, newXUser, postsOnX } from '#infra/local/marketer.ts';
import { soon } from '#infra/local/slowness.ts';
import { expectProblem, whenHeardOf, whereIs } from '../support/integration/answers.ts';
import { spyOn } from '../support/integration/bus.ts';
import { becomes, Post, publish, schedule, write } from '../support/integration/desk.ts';
import { joinWorkspaceOf } from '../support/integration/members.ts';
import { stage, tableOf } from '../support/integration/stage.ts';

const Judged = Post.extend({
  contentHash: z.string(),
  findings: z.array(Finding),
  overrides: z.array(Override).optional(),
});

const owner = new Marketer(stage, 'owner');
const admin = new Marketer(stage, 'admin');
const editor = new Marketer(stage, 'editor');
const accounts: { id: string; username: string }[] = [];
const [first, second] = [() => accounts[0]?.id ?? '', () => accounts[1]?.id ?? ''];

beforeAll(async () => {
  await Promise.all([owner.join(), admin.join(), editor.join()]);
  await joinWorkspaceOf(admin, owner, 'admin');
  await joinWorkspaceOf(editor, owner, 'editor');
  for (let count = 0; count < 2; count += 1) {
    const username = await newXUser(stage);
    accounts.push({ id: await owner.connect(username), username });
  }
});

const draft = async (accountId: string, text: string): Promise<z.infer<typeof Judged>> => {
  const { id } = await write(owner, accountId, text);
  return owner.do(Judged, 'GET', `/v1/posts/${id}`);
};
const Workspace = z.object({ version: z.number(), settings: WorkspaceSettings });

/** Changes the settings of the workspace, and waits until posts knows them. */
const decide = async (settings: Partial<WorkspaceSettings>): Promise<void> => {
  const { workspaceId } = await whereIs(owner);
  const posts = await tableOf('posts');
  const { version } = await owner.do(Workspace, 'GET', '/v1/workspace');
  await owner.do(Workspace, 'PATCH', '/v1/workspace', settings, { 'if-match': `"v${version}"` });
  await eventually('posts know what was decided', async () => {
    const known = await posts.get({ pk: workspaceId, sk: 'SETTINGS' });
    return known !== undefined && Object.entries(settings).every(([name, value]) => known[name] === value)
      ? true
      : undefined;
  });
};

test('a post that repeats another account’s post, even reworded, is rejected with policy_blocked', async () => {
  const mark = randomUUID();
  const out = await write(owner, first(), `Our autumn roast is here, ${mark}`);
  await publish(owner, out);
  await becomes(owner, out, 'published');

  const copy = await draft(second(), `OUR autumn roast is here ☕ ${mark}!`);
  expect(copy.findings).toMatchObject([{ rule: 'duplicated_across_accounts', level: 'block', part: 0, start: 0 }]);
  expect(copy.findings[0]?.message).toContain(first());
  const refused = await owner.call('POST', `/v1/posts/${copy.id}/publish`);
  expect(expectProblem(refused, 422, 'policy_blocked').fields).toMatchObject([
    { path: 'parts.0.text', code: 'duplicated_across_accounts', start: 0 },
  ]);
  expectProblem(
    await owner.call('POST', `/v1/posts/${copy.id}/overrides`, {
      rule: 'duplicated_across_accounts',
      reason: 'Please',
    }),
    422,
    'not_overridable',
  );

  // A near-duplicate is found by similarity.
  const near = await draft(second(), `Our autumn roast is here today, ${mark}`);
  expect(near.findings).toMatchObject([{ rule: 'duplicated_across_accounts', level: 'block' }]);
  const own = await draft(second(), `Something of its own, ${randomUUID()}`);
  expect(own.findings).toEqual([]);
});

test('a policy warning can be overridden by an admin but not by an editor, and an event names who did', async () => {
  await using spy = await spyOn((await whereIs(owner)).workspaceId);
  const post = await draft(first(), `Thanks, @somebody, ${randomUUID()}`);
  expect(post.findings).toMatchObject([{ rule: 'unlisted_mention', level: 'warn', start: 8, end: 17 }]);
  const path = `/v1/posts/${post.id}`;
  expectProblem(await owner.call('POST', `${path}/publish`), 422, 'policy_warnings');
  const body = { rule: 'unlisted_mention', reason: 'They asked us to.' };
  expectProblem(await editor.call('POST', `${path}/overrides`, body), 403, 'role_lacks_permission');

  const passed = await admin.do(Judged, 'POST', `${path}/overrides`, body);
  const { personId } = await whereIs(admin);
  expect(passed.overrides).toMatchObject([{ ...body, contentHash: post.contentHash, overriddenBy: personId }]);
  const [heard] = await spy.hears(
    'the override',
    (event) => event.type === 'post.policy_overridden' && event.entityId === post.id,
  );
  expect(heard?.data).toMatchObject({
    rule: 'unlisted_mention',
    contentHash: post.contentHash,
    overriddenBy: personId,
  });
  expect(JSON.stringify(heard)).not.toContain('asked');

  await publish(owner, post);
  await becomes(owner, post, 'published');
});

test('a scheduled post is held at its time when the workspace has since forbidden links', async () => {
  const text = `Order at example.com/bag, ${randomUUID()}`;
  const post = await draft(second(), text);
  const cost = await owner.do(CostPreview, 'GET', `/v1/posts/${post.id}/cost`);
  expect(cost).toMatchObject({ totalMicros: 200_000, linkSurchargeMicros: 185_000, withoutLinksMicros: 15_000 });
  await schedule(owner, post, soon(8_000));
  await decide({ linkPolicy: 'block' });
  const held = await becomes(owner, post, 'held');
  expect(held.problem?.code).toBe('policy_link_in_post');
  const onX = await postsOnX(stage, accounts[1]?.username ?? '');
  expect(onX.map(({ rawText }) => rawText)).not.toContain(text);

  await decide({ linkPolicy: 'allow' });
  await publish(owner, post);
  await becomes(owner, post, 'published');
});

test('texts are measured for an account, and a long text is split into numbered parts', async () => {
  const measured = await whenHeardOf(() =>
    owner.call('POST', '/v1/posts/measure', { accountId: first(), texts: ['新茶 at example.com', 'a'.repeat(281)] }),
  );
  expect(measured).toMatchObject({
    status: 200,
    body: {
      texts: [
        { weightedLength: 31, remaining: 249, isValid: true, links: [{ start: 6, end: 17, url: 'example.com' }] },
        { isValid: false, remaining: -1, faults: [{ code: 'text_too_long', start: 280, end: 281 }] },
      ],
      cost: { totalMicros: 215_000 },
    },
  });
  const split = await owner.call('POST', '/v1/posts/split', {
    text: 'We taste every batch. '.repeat(20),
    numbering: true,
  });
  expect(split.status).toBe(200);
  const { parts } = z.object({ parts: z.array(z.object({ text: z.string() })) }).parse(split.body);
  expect(parts.map(({ text }) => text.slice(-5))).toEqual(['. 1/2', '. 2/2']);
});
