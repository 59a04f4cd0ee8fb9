import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { eventually, Marketer, newXUser, postsOnX } from '#infra/local/marketer.ts';
import { soon } from '#infra/local/slowness.ts';
import { becomes, decideApproval, Media, Post, setBudget, upload, uploadPicture } from '../support/integration/desk.ts';
import { joinWorkspaceOf } from '../support/integration/members.ts';
import { stage } from '../support/integration/stage.ts';
import { tellX } from '../support/integration/x.ts';
import { mp4 } from '../support/media-samples.ts';

const Signed = z.object({
  receipt: z.looseObject({ contentHash: z.string() }),
  keyId: z.string(),
  signature: z.string(),
});
const Approved = Post.extend({ approval: z.object({ status: z.string() }), contentHash: z.string() });
const Code = z.object({ code: z.string() });

test('a team publishes approved posts despite a suspended account and a spent budget, and each receipt verifies', async () => {
  const [owner, editor, manager] = ['owner', 'editor', 'manager'].map((name) => new Marketer(stage, name));
  if (!owner || !editor || !manager) throw new Error('A team of three');
  await Promise.all([owner.join(), editor.join(), manager.join()]);
  await joinWorkspaceOf(editor, owner, 'editor');
  await joinWorkspaceOf(manager, owner, 'manager');
  const username = await newXUser(stage);
  const accountId = await owner.connect(username);
  const asIs = { 'if-match': '*' };
  const code = async (by: Marketer, path: string, body: object = {}) => {
    const answer = await by.call('POST', path, body, asIs);
    return [answer.status, Code.parse(answer.body).code];
  };

  // The owner turns on four-eyes approval.
  await decideApproval(owner, 'four_eyes');
  expect((await editor.call('PATCH', '/v1/workspace', { approval: 'off' }, { 'if-match': '"v2"' })).status).toBe(403);

  // The editor writes a thread with a picture and submits it; until it is approved, nobody can publish it.
  const texts = [`Our autumn roast, ${randomUUID()}`, `And how we make it, ${randomUUID()}`];
  const mediaId = await uploadPicture(editor);
  const thread = await eventually('the account is known to posts', async () => {
    const parts = [{ text: texts[0], mediaIds: [mediaId] }, { text: texts[1] }];
    const answer = await editor.call('POST', '/v1/posts', { accountId, parts });
    return answer.status === 404 ? undefined : Approved.parse(answer.body);
  });
  const path = `/v1/posts/${thread.id}`;
  expect(await code(manager, `${path}/publish`)).toEqual([409, 'approval_required']);
  expect((await editor.call('POST', `${path}/approve`, {}, asIs)).status).toBe(403);
  await editor.do(Approved, 'POST', `${path}/submit`, { comment: 'Ready for Monday' });

  // The manager approves and schedules it in one request; it is published.
  const schedule = { localTime: soon().slice(0, 23), timeZone: 'Etc/UTC' };
  const approved = await manager.do(Approved, 'POST', `${path}/approve`, { comment: 'Go', schedule }, asIs);
  expect(approved).toMatchObject({ status: 'scheduled', approval: { status: 'approved' } });
  await becomes(owner, thread, 'published');
  expect((await postsOnX(stage, username)).map(({ rawText }) => rawText)).toEqual(texts);

  // X suspends the account when the next post is due: the post is held, and published once X lifts the suspension.
  const second = await manager.do(Approved, 'POST', '/v1/posts', {
    accountId,
    parts: [{ text: `Later, ${randomUUID()}` }],
  });
  expect(await code(manager, `/v1/posts/${second.id}/approve`)).toEqual([403, 'four_eyes']);
  await tellX('PATCH', `users/${username}`, { suspended: true });
  await owner.do(Approved, 'POST', `/v1/posts/${second.id}/approve`, {}, asIs);
  await manager.do(Post, 'POST', `/v1/posts/${second.id}/publish`);
  expect((await becomes(owner, second, 'held')).problem?.code).toBe('account_suspended');
  await tellX('PATCH', `users/${username}`, { suspended: false });
  await owner.do(z.object({ health: z.literal('healthy') }), 'POST', `/v1/accounts/${accountId}/probe`, {});
  await becomes(owner, second, 'published');
  expect(await postsOnX(stage, username)).toHaveLength(3);

  // A thread with a video is held while the monthly budget is spent, and published as soon as the budget is raised.
  const film = Media.parse(
    (await upload(editor, 'video/mp4', mp4({ mdatBytes: 2_500_000 }), 'Beans are roasted')).body,
  );
  const filmed = await editor.do(Approved, 'POST', '/v1/posts', {
    accountId,
    parts: [{ text: `See for yourself, ${randomUUID()}`, mediaIds: [film.id] }, { text: `Smell it, ${randomUUID()}` }],
  });
  await setBudget(owner, 1);
  await manager.do(Approved, 'POST', `/v1/posts/${filmed.id}/approve`, { comment: 'Lovely' }, asIs);
  await manager.do(Post, 'POST', `/v1/posts/${filmed.id}/publish`);
  expect((await becomes(owner, filmed, 'held')).problem?.code).toBe('budget_exhausted');
  expect(await postsOnX(stage, username)).toHaveLength(3);
  await setBudget(owner, null);
  await becomes(owner, filmed, 'published');
  expect((await postsOnX(stage, username)).slice(3).map(({ media }) => media.length)).toEqual([1, 0]);

  // Anybody can verify a receipt; a forged one does not verify.
  const stranger = new Marketer(stage, 'stranger');
  const verify = async (signed: unknown) =>
    (await stranger.do(z.object({ isValid: z.boolean() }), 'POST', '/v1/receipts/verify', signed)).isValid;
  for (const { id } of [thread, second, filmed]) {
    const signed = await owner.do(Signed, 'GET', `/v1/posts/${id}/receipt`);
    expect(await verify(signed)).toBe(true);
    const forged = { ...signed, receipt: { ...signed.receipt, contentHash: '0'.repeat(64) } };
    expect(await verify(forged)).toBe(false);
  }
  const signed = await owner.do(Signed, 'GET', `${path}/receipt`);
  expect(signed.receipt).toMatchObject({ contentHash: thread.contentHash, approval: { isOverride: false } });
  const key = await stranger.do(z.object({ kid: z.string() }), 'GET', '/v1/receipts/public-key');
  expect(signed.keyId).toBe(key.kid);
}, 240_000);
