import { beforeEach, expect, test } from 'vitest';
import * as approval from '#functions/posts/approval/contract.ts';
import { remindOfApprovals } from '#functions/posts/approval/send-reminders.ts';
import { tasks } from '#functions/posts/contract.ts';
import { PostView } from '#functions/posts/views.ts';
import { busEntry } from '#shared/events/publish.ts';
import { owner } from '#test/support/http-event.ts';
import { draft, type Harness, harness } from '../harness.ts';
import { accountId, author, noon } from '../samples.ts';

let context: Harness;
beforeEach(async () => {
  context = await harness();
});

const submitted = async (): Promise<string> => {
  const { id: postId } = await draft(context);
  await context.ask(approval.submitPost, PostView, { path: { postId }, headers: { 'if-match': '*' }, body: {} });
  return postId;
};
const look = (hours: number): Promise<unknown> => {
  context.clock.set(new Date(noon.getTime() + hours * 3_600_000));
  return context.run(tasks.remindOfApprovals, {}, 'look-1');
};
const reminders = () => context.told().filter(([type]) => type === 'post.approval_reminder');

test('a submission that has waited for a day gets one reminder, which fits its event definition', async () => {
  await submitted();
  expect(await look(23)).toEqual({ reminded: 0 });
  expect(await look(25)).toEqual({ reminded: 1 });
  expect(await look(26)).toEqual({ reminded: 0 });
  const waited = { accountId, campaignId: null, kind: 'waiting', scheduledAt: null };
  expect(reminders()).toEqual([
    ['post.approval_reminder', { ...waited, submittedBy: owner.personId, submittedAt: noon.toISOString() }],
  ]);
  expect(() => context.events().map((event) => busEntry(event, 'record', 0))).not.toThrow();
});

test('an approved post gets no reminder', async () => {
  const postId = await submitted();
  await context.ask(approval.approvePost, PostView, { path: { postId }, headers: { 'if-match': '*' }, body: {} });
  expect(await look(48)).toEqual({ reminded: 0 });
  expect(reminders()).toEqual([]);
});

test('a reminder that cannot be written fails the run after the others, and the next run retries it', async () => {
  const [broken] = [await submitted(), await submitted()];
  context.clock.set(new Date(noon.getTime() + 90_000_000));
  const { posts } = context.deps;
  const save: typeof posts.save = async (post, by) => {
    if (post.id === broken) throw new Error('the table is gone');
    return posts.save(post, by);
  };
  const deps = { posts: { ...posts, save }, now: () => context.clock.now() };
  await expect(remindOfApprovals(deps, author)).rejects.toThrow('1 reminders could not be written');
  expect(reminders()).toHaveLength(1);
  expect(await look(25)).toEqual({ reminded: 1 });
  expect(reminders()).toHaveLength(2);
});

test('two concurrent runs publish one reminder', async () => {
  await submitted();
  const told = await Promise.all([look(25), look(25)]);
  expect(told.map((each) => JSON.stringify(each)).sort()).toEqual(['{"reminded":0}', '{"reminded":1}']);
  expect(reminders()).toHaveLength(1);
});
