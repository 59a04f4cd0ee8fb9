import { beforeEach, describe, expect, test } from 'vitest';
import { defaultSettings, type WorkspaceSettings } from '#events/users.ts';
import * as approval from '#functions/posts/approval/contract.ts';
import * as scheduling from '#functions/posts/scheduling/contract.ts';
import { PostView } from '#functions/posts/views.ts';
import * as writing from '#functions/posts/writing/contract.ts';
import type { Operation } from '#shared/http/operation.ts';
import { Problem } from '#shared/http/problem.ts';
import type { Role } from '#shared/permissions.ts';
import { owner } from '#test/support/http-event.ts';
import { draft, type Harness, harness, later } from '../harness.ts';
import { workspaceId } from '../samples.ts';

let context: Harness;
beforeEach(async () => {
  context = await harness();
});

const member = (last: string, role: Role) => ({ ...owner, personId: `usr_01KATJ9V5H8Q3M4N5P6R7S8T9${last}`, role });
const editor = member('E', 'editor');
const manager = member('M', 'manager');
const admin = member('A', 'admin');

const decide = (settings: Partial<WorkspaceSettings>) =>
  context.deps.settings.learn(workspaceId, 2, { ...defaultSettings, ...settings });
/** A draft written by the editor. */
const written = async () => {
  const body = { accountId: (await draft(context)).accountId, parts: [{ text: 'Plum and cocoa' }] };
  return (await context.ask(writing.createPost, PostView, { body, as: editor })).body;
};
const asIs = { 'if-match': '*' };
const call = (operation: Operation, { id }: { id: string }, body: object = {}, as = owner) =>
  context.ask(operation, PostView, { path: { postId: id }, headers: asIs, body, as });
const refusal = async (operation: Operation, { id }: { id: string }, body: object = {}, as = owner) => {
  const answer = await context.ask(operation, Problem, { path: { postId: id }, headers: asIs, body, as });
  return [answer.status, answer.body.code];
};
const comments = async ({ id }: { id: string }) => {
  const page = approval.listComments.response;
  const { body } = await context.ask(approval.listComments, page, { path: { postId: id } });
  return body.items.map(({ text, about, writtenBy }) => [text, about, writtenBy]);
};
const told = () => context.told().map(([type]) => type);

describe('a workspace that requires approval', () => {
  test('refuses to schedule or publish an unapproved post, and schedules it once approved', async () => {
    await decide({ approval: 'required' });
    const post = await written();
    expect(await refusal(scheduling.schedulePost, post, { publishAt: later }, manager)).toEqual([
      409,
      'approval_required',
    ]);
    expect(await refusal(scheduling.publishPost, post, {}, manager)).toEqual([409, 'approval_required']);
    await call(approval.submitPost, post, { comment: 'Ready, I think' }, editor);
    expect(await refusal(scheduling.publishPost, post, {}, manager)).toEqual([409, 'approval_required']);
    const approved = await call(approval.approvePost, post, { comment: 'Go' }, manager);
    expect(approved.body.approval).toMatchObject({
      status: 'approved',
      contentHash: post.contentHash,
      submittedBy: editor.personId,
      decidedBy: manager.personId,
      isOverride: false,
    });
    expect((await call(scheduling.schedulePost, post, { publishAt: later }, manager)).body).toMatchObject({
      status: 'scheduled',
      scheduledBy: manager.personId,
    });
    expect(told()).toEqual(expect.arrayContaining(['post.submitted', 'post.approved', 'post.scheduled']));
    // Ids of the same millisecond have no order.
    expect((await comments(post)).sort()).toEqual([
      ['Go', 'approved', manager.personId],
      ['Ready, I think', 'submitted', editor.personId],
    ]);
  });

  test('approves and schedules a post in one request', async () => {
    await decide({ approval: 'required' });
    const post = await written();
    const { body } = await call(approval.approvePost, post, { schedule: { publishAt: later } }, manager);
    expect(body).toMatchObject({ status: 'scheduled', scheduledAt: later, approval: { status: 'approved' } });
  });

  test('withdraws the approval when a scheduled post is edited, and holds the post when it is due', async () => {
    await decide({ approval: 'required' });
    const post = await written();
    const approved = await call(approval.approvePost, post, { schedule: { publishAt: later } }, manager);
    const change = { path: { postId: post.id }, body: { parts: [{ text: 'Something else' }] } };
    const headers = { 'if-match': approved.etag ?? '' };
    const edited = await context.ask(writing.changePost, PostView, { ...change, headers, as: admin });
    expect(edited.body).toMatchObject({ approval: { status: 'none' }, contentVersion: 2, status: 'scheduled' });
    expect(edited.body.contentHash).not.toBe(post.contentHash);

    context.clock.set(new Date(later));
    const claim = { workspaceId, postId: post.id, scheduleVersion: 1 };
    expect(await context.run('posts.claim', claim, 'execution-1')).toEqual({ outcome: 'stopped' });
    const held = await context.deps.posts.get(workspaceId, post.id);
    expect(held).toMatchObject({ status: 'held', problem: { code: 'approval_missing' } });

    // Approval alone resumes it.
    expect((await call(approval.approvePost, post, {}, manager)).body).toMatchObject({
      status: 'scheduled',
      problem: null,
    });
    expect(await context.run('posts.claim', { ...claim, scheduleVersion: 2 }, 'execution-2')).toMatchObject({
      outcome: 'go',
    });
  });

  test('stops a claim when the content was swapped after approval, whatever hash is stored beside it', async () => {
    await decide({ approval: 'required' });
    const post = await written();
    await call(approval.approvePost, post, { schedule: { publishAt: later } }, manager);
    const stored = await context.deps.posts.get(workspaceId, post.id);
    await context.deps.posts.save(
      { ...stored, parts: [{ text: 'Swapped', mediaIds: [], poll: null }] },
      { actor: stored.changedBy, correlationId: 'x' },
    );
    context.clock.set(new Date(later));
    const claim = { workspaceId, postId: post.id, scheduleVersion: 1 };
    expect(await context.run('posts.claim', claim, 'execution-1')).toEqual({ outcome: 'stopped' });
  });
});

test('approving requires If-Match (428), and fails with 412 when the post has changed since it was read', async () => {
  const post = await draft(context);
  const path = { postId: post.id };
  expect((await context.call(approval.approvePost, { path, body: {}, as: manager })).status).toBe(428);
  await context.call(writing.changePost, { path, headers: asIs, body: { parts: [{ text: 'Swapped' }] } });
  const read = { 'if-match': `"v${post.version}"` };
  expect((await context.call(approval.approvePost, { path, headers: read, body: {}, as: manager })).status).toBe(412);
  expect((await context.deps.posts.get(workspaceId, post.id)).approval.status).toBe('none');
});

describe('four eyes', () => {
  beforeEach(() => decide({ approval: 'four_eyes' }));

  test('the writer or submitter of a post cannot approve it, somebody else can', async () => {
    const own = (
      await context.ask(writing.createPost, PostView, {
        body: { accountId: (await draft(context)).accountId, parts: [{ text: 'Mine' }] },
        as: manager,
      })
    ).body;
    expect(await refusal(approval.approvePost, own, {}, manager)).toEqual([403, 'four_eyes']);
    const theirs = await written();
    await call(approval.submitPost, theirs, {}, manager);
    expect(await refusal(approval.approvePost, theirs, {}, manager)).toEqual([403, 'four_eyes']);
    expect((await call(approval.approvePost, own, {}, admin)).body.approval.status).toBe('approved');
  });

  test('an admin can override with a reason, which is kept as a comment; a manager cannot', async () => {
    const own = (
      await context.ask(writing.createPost, PostView, {
        body: { accountId: (await draft(context)).accountId, parts: [{ text: 'Mine' }] },
        as: admin,
      })
    ).body;
    const override = { override: { reason: 'The launch is in five minutes' } };
    expect(await refusal(approval.approvePost, own, override, manager)).toEqual([403, 'override_not_permitted']);
    const { body } = await call(approval.approvePost, own, override, admin);
    expect(body.approval).toMatchObject({ status: 'approved', isOverride: true });
    expect(context.told().at(-1)).toMatchObject(['post.approved', { isOverride: true, approvedBy: admin.personId }]);
    expect(await comments(own)).toEqual([['The launch is in five minutes', 'approved', admin.personId]]);
  });
});

describe('requesting changes', () => {
  test('is refused with not_submitted before submission, and then marks the post changes_requested', async () => {
    const post = await written();
    expect(await refusal(approval.requestPostChanges, post, { comment: 'Shorter' }, manager)).toEqual([
      409,
      'not_submitted',
    ]);
    await call(approval.submitPost, post, {}, editor);
    const { body } = await call(approval.requestPostChanges, post, { comment: 'Shorter' }, manager);
    expect(body.approval).toMatchObject({ status: 'changes_requested', decidedBy: manager.personId });
    expect(told()).toContain('post.changes_requested');
  });

  test('is refused with invalid_body when the comment is blank', async () => {
    const post = await written();
    expect(await refusal(approval.requestPostChanges, post, { comment: ' ' }, manager)).toEqual([400, 'invalid_body']);
  });
});

test('submitting a post twice changes it once and publishes one post.submitted event', async () => {
  const post = await written();
  const first = await call(approval.submitPost, post, {}, editor);
  expect((await call(approval.submitPost, post, {}, editor)).etag).toBe(first.etag);
  expect(told().filter((type) => type === 'post.submitted')).toHaveLength(1);
});

test.each(['publishing', 'published'] as const)(
  'a post that is %s can be neither submitted nor approved',
  async (status) => {
    const post = await written();
    const stored = await context.deps.posts.get(workspaceId, post.id);
    await context.deps.posts.save({ ...stored, status }, { actor: stored.changedBy, correlationId: 'x' });
    for (const operation of [approval.submitPost, approval.approvePost]) {
      expect(await refusal(operation, post)).toEqual([409, `post_${status}`]);
    }
  },
);

test('editors cannot approve, and analysts cannot comment', async () => {
  const post = await written();
  expect((await refusal(approval.approvePost, post, {}, editor))[0]).toBe(403);
  const analyst = member('Z', 'analyst');
  expect((await refusal(approval.commentPost, post, { text: 'Hm' }, analyst))[0]).toBe(403);
});
