import { beforeEach, describe, expect, test } from 'vitest';
import { type ApprovalOrder, ApprovalOutcome } from '#events/campaign-content.ts';
import { approvalMissing } from '#functions/posts/domain/approval.ts';
import { tasks } from '#functions/posts/task-names.ts';
import { PostView } from '#functions/posts/views.ts';
import * as writing from '#functions/posts/writing/contract.ts';
import { owner } from '#test/support/http-event.ts';
import { draft, type Harness, harness, put } from '../harness.ts';
import { aMedia, aScheduledPost, author, campaignId, mediaId, workspaceId } from '../samples.ts';
import { acting, decide, describeSlots, editor, manager, member, postIdOf } from './steps.ts';

let context: Harness;
beforeEach(async () => {
  context = await harness();
  await decide(context, { approval: 'four_eyes' });
});

const at = '2026-11-22T11:00:00.000Z';
type Approval = ApprovalOrder['approvals'][number];
const hashOf = async (postId: string): Promise<Approval> => {
  const [told] = await describeSlots(context, { postId });
  return { postId, contentHash: told?.facts?.contentHash ?? 'unknown' };
};
const approve = async (approvals: Approval[], order: Partial<ApprovalOrder> = {}) => {
  const input = { workspaceId, campaignId, by: acting(manager), at, submittedBy: null, approvals, ...order };
  const { posts } = ApprovalOutcome.parse(await context.run(tasks.approveForCampaign, input));
  return posts.map(({ outcome }) => outcome);
};
const approvalOf = async (postId: string) => (await context.deps.posts.get(workspaceId, postId)).approval;

describe('approving a campaign', () => {
  test('approves its posts as reviewed, in the name of the campaign’s approver and at the same time', async () => {
    const { id } = await draft(context);
    expect(await approve([await hashOf(id)], { submittedBy: acting(editor) })).toEqual(['approved']);
    expect(await approvalOf(id)).toMatchObject({
      status: 'approved',
      decidedBy: manager.personId,
      decidedAt: at,
      submittedBy: editor.personId,
      submitters: [editor.personId],
      isOverride: false,
      isOwn: false,
    });
    expect(context.told().at(-1)).toEqual(['post.approved', expect.objectContaining({ approvedBy: manager.personId })]);
    expect((await describeSlots(context, { postId: id }))[0]?.facts?.approval).toBe('approved');
  });

  test('is idempotent, even when another manager repeats it', async () => {
    const { id } = await draft(context);
    const approvals = [await hashOf(id)];
    await approve(approvals, { submittedBy: acting(editor) });
    const before = context.changes.length;
    expect(await approve(approvals, { submittedBy: acting(editor) })).toEqual(['approved']);
    expect(await approve(approvals, { by: acting(member('N', 'manager')) })).toEqual(['approved']);
    expect(context.changes).toHaveLength(before);
  });

  test('does not approve a post whose text or alt text has changed since the review', async () => {
    const file = await context.deps.media.create(aMedia(), author);
    const { id: text } = await draft(context);
    const { id: picture } = await draft(context, [{ text: 'Look', mediaIds: [mediaId] }]);
    const { id: same } = await draft(context);
    const approvals = [await hashOf(text), await hashOf(picture), await hashOf(same)];
    const body = { parts: [{ text: 'Other words' }] };
    await context.ask(writing.changePost, PostView, { path: { postId: text }, headers: { 'if-match': '*' }, body });
    await context.deps.media.save({ ...file, altText: 'Beans' }, author);
    expect(await approve(approvals)).toEqual(['changed', 'changed', 'approved']);
    expect((await approvalOf(text)).status).toBe('none');
    expect((await approvalOf(picture)).status).toBe('none');
  });

  test('resumes a post that was held for lack of approval', async () => {
    const id = postIdOf('1');
    const held = { status: 'held' as const, problem: { code: approvalMissing, reason: 'Not approved' } };
    await put(context, { ...aScheduledPost(), id, ...held });
    expect(await approve([await hashOf(id)])).toEqual(['approved']);
    expect(await context.deps.posts.get(workspaceId, id)).toMatchObject({ status: 'scheduled', problem: null });
  });

  test('does not approve posts that are deleted, publishing, published or unknown', async () => {
    for (const [last, status] of Object.entries({ 1: 'deleted', 2: 'publishing', 3: 'published' } as const)) {
      await put(context, { id: postIdOf(last), status });
    }
    const approvals = await Promise.all(['1', '2', '3', '4'].map((last) => hashOf(postIdOf(last))));
    expect(await approve(approvals)).toEqual(['not_found', 'not_open', 'not_open', 'not_found']);
  });
});

describe('approving a campaign follows the rules for single posts', () => {
  test('a writer of the post is refused with four_eyes', async () => {
    const { id } = await draft(context);
    expect(await approve([await hashOf(id)], { by: acting(owner) })).toEqual(['four_eyes']);
    expect((await approvalOf(id)).status).toBe('none');
  });

  test('the campaign’s submitter is refused, even via a service account, as is any service account', async () => {
    const { id } = await draft(context);
    const approvals = [await hashOf(id)];
    expect(await approve(approvals, { submittedBy: acting(manager) })).toEqual(['four_eyes']);
    const machine = { ...owner, personId: 'sva_01KATJ9V5H8Q3M4N5P6R7S8T9M' };
    expect(await approve(approvals, { submittedBy: acting(machine, [manager.personId]) })).toEqual(['four_eyes']);
    expect(await approve(approvals, { submittedBy: acting(machine, [machine.personId]) })).toEqual(['writer_unknown']);
    expect(await approve(approvals, { by: acting(machine, [manager.personId]) })).toEqual(['only_for_people']);
  });

  test('a post keeps its own submitter, and the campaign’s submitter cannot approve it either', async () => {
    const { id } = await draft(context);
    const approvals = [await hashOf(id)];
    const post = await context.deps.posts.get(workspaceId, id);
    const submitted = { ...post.approval, status: 'submitted' as const, submittedBy: editor.personId };
    const contentHash = approvals[0]?.contentHash ?? '';
    await context.deps.posts.save({ ...post, approval: { ...submitted, contentHash } }, author);
    expect(await approve(approvals, { submittedBy: acting(manager) })).toEqual(['four_eyes']);
    expect(await approve(approvals, { by: acting(member('N', 'manager')), submittedBy: acting(manager) })).toEqual([
      'approved',
    ]);
    expect((await approvalOf(id)).submittedBy).toBe(editor.personId);
  });

  test('an approval by the writer is marked as own, and another person’s replaces it under four eyes', async () => {
    await decide(context, { approval: 'required' });
    const { id } = await draft(context);
    const approvals = [await hashOf(id)];
    expect(await approve(approvals, { by: acting(owner) })).toEqual(['approved']);
    expect(await approvalOf(id)).toMatchObject({ isOwn: true, decidedBy: owner.personId });
    await decide(context, { approval: 'four_eyes' });
    expect(await approve(approvals, { by: acting(owner) })).toEqual(['four_eyes']);
    expect(await approve(approvals)).toEqual(['approved']);
    expect(await approvalOf(id)).toMatchObject({ isOwn: false, decidedBy: manager.personId });
  });

  test('a role without the permission is refused with not_permitted', async () => {
    const { id } = await draft(context);
    expect(await approve([await hashOf(id)], { by: acting(editor) })).toEqual(['not_permitted']);
  });
});
