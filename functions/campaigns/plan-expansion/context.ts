import type { SlotContent } from '../domain/plan.ts';
import type { Conflict, DroppedSlot, PlannedSlot, Reason } from '../domain/planned-slot.ts';

/** A time of the week at which an account publishes what is queued: Monday is 1 (ISO 8601), `09:30`. */
export interface QueueTime {
  weekday: number;
  time: string;
}

/** When one account publishes what is queued. */
export interface AccountQueue {
  accountId: string;
  timeZone: string;
  slots: readonly QueueTime[];
}

/** An instant (UTC) at which something else of an account goes out: what is planned keeps its distance. */
export interface Taken {
  accountId: string;
  publishAt: string;
}

/** What a plan needs to know of the rest of the world. */
export interface PlanContext {
  /** Queues of the accounts of tracks that are spread. */
  queues: readonly AccountQueue[];
  taken: readonly Taken[];
  /** The account of each post that the plan names. */
  accountOfPost: ReadonlyMap<string, string>;
  /** The variables without a default that each template that the plan names must have values for. */
  requiredValues: ReadonlyMap<string, readonly string[]>;
}

/** What a plan comes to. `slots` and `dropped` are in order of time. */
export interface ExpandedPlan {
  slots: PlannedSlot[];
  dropped: DroppedSlot[];
  conflicts: Conflict[];
}

/** A slot on its way from its track to its instant (epoch milliseconds; null: none was found). */
export interface Draft {
  slotKey: string;
  trackId: string;
  /** Place in the plan, such as `tracks.0`. */
  path: string;
  accountId: string;
  content: SlotContent;
  timeZone: string;
  instant: number | null;
  /** Minutes that the seed may move it by, to either side. */
  jitterMinutes: number;
  reasons: Reason[];
  /** It does not go out: the last reason says why. */
  isDropped: boolean;
}

/** A draft that has its instant. */
export type Timed = Draft & { instant: number };
export const isTimed = (draft: Draft): draft is Timed => draft.instant !== null && !draft.isDropped;
