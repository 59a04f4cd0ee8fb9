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

describe('somebody is reminded of a submitted post', () => {
  test('once it has waited for a day, and no earlier', () => {
    expect(nextReminder(submitted())).toEqual({ kind: 'waiting', at: after(24).toISOString() });
    expect(remindersAt(submitted(), 23.99)).toBeUndefined();
    expect(remindersAt(submitted(), 24)).toEqual(['waiting']);
  });

  test('two hours before it is due, and no earlier', () => {
    expect(nextReminder(scheduledIn(10))).toEqual({ kind: 'due_soon', at: after(8).toISOString() });
    expect(remindersAt(scheduledIn(10), 7.99)).toBeUndefined();
    expect(remindersAt(scheduledIn(10), 8)).toEqual(['due_soon']);
  });

  test('at once when it is due sooner, and still when it is held for that', () => {
    expect(remindersAt(scheduledIn(1), 0)).toEqual(['due_soon']);
    expect(remindersAt({ ...scheduledIn(1), status: 'held' }, 3)).toEqual(['due_soon']);
  });

  test('of each once, also when the look comes late', () => {
    const both = remind(scheduledIn(10), after(30));
    expect(both?.approvalReminders).toEqual(['waiting', 'due_soon']);
    expect(both && nextReminder(both)).toBeUndefined();
    expect(both && remind(both, after(100))).toBeUndefined();
    const first = remind(scheduledIn(100), after(24));
    expect(first?.approvalReminders).toEqual(['waiting']);
    expect(first && nextReminder(first)).toMatchObject({ kind: 'due_soon', at: after(98).toISOString() });
  });

  test('anew when it is submitted anew', () => {
    const told = remind(submitted(), after(24)) ?? submitted();
    const changed = { ...edit(told, { madeWithAi: true }, byOwner), contentHash: 'other' };
    expect(remind(changed, after(100))).toBeUndefined();
    const again = submit(changed, byOwner, after(100));
    expect(remind(again, after(123))).toBeUndefined();
    expect(remind(again, after(124))?.approvalReminders).toEqual(['waiting']);
  });
});

describe('nobody is reminded', () => {
  test.each(PostStatus.options.filter((each) => !['draft', 'scheduled', 'held'].includes(each)))(
    'of a post that is %s',
    (status) => {
      expect(nextReminder({ ...scheduledIn(1), status })).toBeUndefined();
    },
  );

  test.each(['none', 'approved', 'changes_requested'] as const)('of one whose approval is %s', (status) => {
    const post = scheduledIn(1);
    expect(nextReminder({ ...post, approval: { ...post.approval, status } })).toBeUndefined();
  });

  test('that a draft is due: it is not', () => {
    expect(nextReminder(submitted({ scheduledAt: noon.toISOString() }))).toMatchObject({ kind: 'waiting' });
  });
});
