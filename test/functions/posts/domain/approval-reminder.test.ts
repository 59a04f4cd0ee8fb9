import { describe, expect, test } from 'vitest';
import { submit } from '#functions/posts/domain/approval.ts';
import { nextReminder, remind } from '#functions/posts/domain/approval-reminder.ts';
import { edit, type Post, PostStatus } from '#functions/posts/domain/post.ts';
import { instantAfter } from '#shared/time.ts';
import { aPost, aScheduledPost, byOwner, noon } from '../samples.ts';

const hourMs = 3_600_000;
const after = (hours: number): Date => new Date(noon.getTime() + hours * hourMs);
const submitted = (said: Partial<Post> = {}): Post => submit(aPost(said), byOwner, noon);
const scheduledIn = (hours: number): Post =>
  submit(aScheduledPost({ scheduledAt: instantAfter(noon, hours * hourMs) }), byOwner, noon);
const remindersAt = (post: Post, hours: number) => remind(post, after(hours))?.approvalReminders;

describe('a submitted post gets a reminder', () => {
  test('once it has waited for a day, and not earlier', () => {
    expect(nextReminder(submitted())).toEqual({ kind: 'waiting', at: after(24).toISOString() });
    expect(remindersAt(submitted(), 23.99)).toBeUndefined();
    expect(remindersAt(submitted(), 24)).toEqual(['waiting']);
  });

  test('two hours before it is due, and not earlier', () => {
    expect(nextReminder(scheduledIn(10))).toEqual({ kind: 'due_soon', at: after(8).toISOString() });
    expect(remindersAt(scheduledIn(10), 7.99)).toBeUndefined();
    expect(remindersAt(scheduledIn(10), 8)).toEqual(['due_soon']);
  });

  test('at once when it is due within two hours, and after that while it is held', () => {
    expect(remindersAt(scheduledIn(1), 0)).toEqual(['due_soon']);
    expect(remindersAt({ ...scheduledIn(1), status: 'held' }, 3)).toEqual(['due_soon']);
  });

  test('of each kind only once, even when the run is late', () => {
    const both = remind(scheduledIn(10), after(30));
    expect(both?.approvalReminders).toEqual(['waiting', 'due_soon']);
    expect(both && nextReminder(both)).toBeUndefined();
    expect(both && remind(both, after(100))).toBeUndefined();
    const first = remind(scheduledIn(100), after(24));
    expect(first?.approvalReminders).toEqual(['waiting']);
    expect(first && nextReminder(first)).toMatchObject({ kind: 'due_soon', at: after(98).toISOString() });
  });

  test('again after it is edited and resubmitted', () => {
    const told = remind(submitted(), after(24)) ?? submitted();
    const changed = { ...edit(told, { madeWithAi: true }, byOwner), contentHash: 'other' };
    expect(remind(changed, after(100))).toBeUndefined();
    const again = submit(changed, byOwner, after(100));
    expect(remind(again, after(123))).toBeUndefined();
    expect(remind(again, after(124))?.approvalReminders).toEqual(['waiting']);
  });
});

describe('no reminder is sent', () => {
  test.each(PostStatus.options.filter((each) => !['draft', 'scheduled', 'held'].includes(each)))(
    'for a post that is %s',
    (status) => {
      expect(nextReminder({ ...scheduledIn(1), status })).toBeUndefined();
    },
  );

  test.each(['none', 'approved', 'changes_requested'] as const)('for a post whose approval is %s', (status) => {
    const post = scheduledIn(1);
    expect(nextReminder({ ...post, approval: { ...post.approval, status } })).toBeUndefined();
  });

  test('about the scheduled time of a draft, only about its wait for approval', () => {
    expect(nextReminder(submitted({ scheduledAt: noon.toISOString() }))).toMatchObject({ kind: 'waiting' });
  });
});
