import { dayMs, instantAfter } from '#shared/time.ts';
import type { ApprovalReminder, Post } from './post.ts';

const soonMs = 2 * 60 * 60 * 1000;

/** A reminder, and the instant (UTC) from which it is due. */
interface Reminder {
  kind: ApprovalReminder;
  at: string;
}

/** The reminders still to be sent while the post waits for its approval. */
const remindersOf = ({ status, approval, approvalReminders, scheduledAt }: Post): Reminder[] => {
  const isOpen = status === 'draft' || status === 'scheduled' || status === 'held';
  if (!isOpen || approval.status !== 'submitted' || approval.submittedAt === null) return [];
  const waiting = { kind: 'waiting' as const, at: instantAfter(approval.submittedAt, dayMs) };
  const isPlanned = status !== 'draft' && scheduledAt !== null;
  const all = isPlanned ? [waiting, { kind: 'due_soon' as const, at: instantAfter(scheduledAt, -soonMs) }] : [waiting];
  return all.filter(({ kind }) => !approvalReminders.includes(kind));
};

/** The reminder that is due next; undefined if no submission is waiting, or all reminders were sent. */
export const nextReminder = (post: Post): Reminder | undefined =>
  remindersOf(post).sort((one, other) => (one.at < other.at ? -1 : 1))[0];

/** Records every reminder that is due by now; saving the post publishes them. Undefined if none is due. */
export const remind = (post: Post, now: Date): Post | undefined => {
  const due = remindersOf(post).filter(({ at }) => Date.parse(at) <= now.getTime());
  if (due.length === 0) return undefined;
  return { ...post, approvalReminders: [...post.approvalReminders, ...due.map(({ kind }) => kind)] };
};
