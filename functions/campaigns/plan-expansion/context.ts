import type { SlotContent } from '../domain/plan.ts';
import type { Conflict, DroppedSlot, PlannedSlot, Reason } from '../domain/planned-slot.ts';

/** A weekly publishing time of a queue: Monday is 1 (ISO 8601); `09:30`. */
export interface QueueTime {
  weekday: number;
  time: string;
}

/** The weekly publishing times of an account's queue. */
export interface AccountQueue {
  accountId: string;
  timeZone: string;
  slots: readonly QueueTime[];
}

/** An instant (UTC) at which the account publishes something else, from which slots keep their distance. */
export interface Taken {
  accountId: string;
  publishAt: string;
}

/** What expanding a plan needs from the rest of the workspace. */
export interface PlanContext {
  /** Queues of the accounts of spread tracks. */
  queues: readonly AccountQueue[];
  taken: readonly Taken[];
  /** Account of each post in the plan. */
  accountOfPost: ReadonlyMap<string, string>;
  /** Variables without a default, by template of the plan. */
  requiredValues: ReadonlyMap<string, readonly string[]>;
}

/** An expanded plan. `slots` and `dropped` are in order of time. */
export interface ExpandedPlan {
  slots: PlannedSlot[];
  dropped: DroppedSlot[];
  conflicts: Conflict[];
}

/** A slot during expansion, with its instant in epoch milliseconds (null: none was found). */
export interface Draft {
  slotKey: string;
  trackId: string;
  /** Path of its track in the plan, such as `tracks.0`. */
  path: string;
  accountId: string;
  content: SlotContent;
  timeZone: string;
  instant: number | null;
  /** Maximum jitter in minutes, in either direction. */
  jitterMinutes: number;
  reasons: Reason[];
  /** It is not published; the last reason says why. */
  isDropped: boolean;
}

/** A draft with an instant. */
export type Timed = Draft & { instant: number };
export const isTimed = (draft: Draft): draft is Timed => draft.instant !== null && !draft.isDropped;
