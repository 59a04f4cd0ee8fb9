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

/** State of one slot during a rehearsal. */
export interface Run {
  slot: SlotFacts;
  post: PostFacts | null;
  dueAt: number;
  /** Attempts since it was planned or released; after too many it is held. */
  attempts: number;
  /** Counts its turns, each of which draws different values. */
  turns: number;
  /** Number of calls to X to send it. */
  sends: number;
  /** Instants at which its parts were published, as known. */
  outAt: number[];
  /** A send whose outcome is unknown. */
  open: { sentAt: number; hasLanded: boolean } | null;
  /** What the budget has reserved for it. */
  held: Amount;
  /** The month of the workspace budget that counted it, and how much. */
  inMonth: { month: string; micros: number } | null;
  /** What X has billed for it. */
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

/** The result of a slot. @throws Error if it has not ended */
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
