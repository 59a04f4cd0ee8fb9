import { instantAt } from '#shared/time.ts';
import { nothing } from '../budget/reserve.ts';
import type { Amount } from '../domain/budget.ts';
import type { PostFacts, SlotFacts } from '../domain/publishing-facts.ts';
import type { RehearsedOutcome, RehearsedSlot } from '../domain/rehearsal.ts';
import type { Due } from './agenda.ts';

export interface End {
  outcome: RehearsedOutcome;
  code: string | null;
  reason: string | null;
}

export const published: End = { outcome: 'published', code: null, reason: null };

/** One slot on its way through a rehearsal. */
export interface Run {
  slot: SlotFacts;
  post: PostFacts | null;
  dueAt: number;
  /** Since it was planned, or released: a post that is put off too often is held. */
  attempts: number;
  /** Counts its turns: what is drawn in each differs. */
  turns: number;
  /** Calls of X that were to send it. */
  sends: number;
  /** Instants at which its parts went out, as far as we know. */
  outAt: number[];
  /** The send of which nobody knows whether X took it. */
  open: { sentAt: number; hasLanded: boolean } | null;
  /** What the budget has counted for it. */
  held: Amount;
  /** The workspace's month that has counted it, and how much. */
  inMonth: { month: string; micros: number } | null;
  /** What X has billed. */
  billed: Amount;
  end: End | null;
}

/** A slot's turn. */
export interface Turn extends Due {
  run: Run;
}

export const runOf = (slot: SlotFacts): Run => ({
  slot,
  post: slot.post,
  dueAt: Date.parse(slot.publishAt),
  attempts: 1,
  turns: 0,
  sends: 0,
  outAt: [],
  open: null,
  held: nothing,
  inMonth: null,
  billed: nothing,
  end: null,
});

/** The slot as it ended. @throws Error for one that has not */
export const rehearsedOf = ({ slot, end, dueAt, outAt, sends, billed }: Run): RehearsedSlot => {
  if (!end) throw new Error(`The rehearsal lost the slot ${slot.slotKey}`);
  const [firstAt, lastAt] = [outAt[0], outAt.at(-1)];
  const isOut = end.outcome === 'published' && firstAt !== undefined && lastAt !== undefined;
  return {
    slotKey: slot.slotKey,
    accountId: slot.accountId,
    outcome: end.outcome,
    dueAt: instantAt(dueAt),
    publishedAt: isOut ? instantAt(lastAt) : null,
    latenessMs: isOut ? firstAt - dueAt : null,
    tries: sends,
    costMicros: billed.micros,
    code: end.code,
    reason: end.reason,
  };
};
