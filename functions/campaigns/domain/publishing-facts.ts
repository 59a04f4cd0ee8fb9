import type * as content from '#events/campaign-content.ts';
import type { Trial } from './experiment.ts';

export type PostFacts = content.PostFacts;
export type PartFacts = content.PartFacts;
export type AccountFacts = content.AccountFacts;

/** A slot of the plan with what is known of its post; `post` is null if there is no such post. */
export interface SlotFacts {
  slotKey: string;
  trackId: string;
  accountId: string;
  /** UTC. */
  publishAt: string;
  post: PostFacts | null;
  /** Why its post could not be made from its template; left out if it could. */
  problem?: { code: string; message: string } | null;
  /** Its assignment in the experiment; null: none. */
  trial?: Trial | null;
}
