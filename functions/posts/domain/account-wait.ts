import * as z from 'zod';
import { entityFields } from '#shared/entity.ts';
import { AccountId } from '#shared/ids.ts';
import { dayMs, Instant, instantAfter } from '#shared/time.ts';
import type { Post } from './post.ts';

/** How soon a post must be due to count as waiting: early enough to reconnect the account before the post is late. */
export const soonMs = 7 * dayMs;

/** What was waiting for an account when X no longer accepted its connection. */
export const AccountWait = z.object({
  /** Id of the account. */
  id: AccountId,
  ...entityFields,
  /** Version of the account in the event by which `accounts` reported the loss. */
  lossVersion: z.int().min(1),
  lostAt: Instant,
  /** Posts that are held for the account, or due within seven days. */
  waiting: z.int().min(0),
  /** When the first of them was or is due (UTC). */
  firstDueAt: Instant.nullable(),
});
export type AccountWait = z.infer<typeof AccountWait>;

/** The loss of a connection, as `accounts` reported it. */
export type Loss = Pick<AccountWait, 'lossVersion' | 'lostAt'>;

/**
 * Whether people should be notified of a loss: immediately if the account was reconnected since the previous loss,
 * otherwise a day after that loss, for connections that X alternately accepts and refuses. Not if the account is
 * connected again, or the loss was already reported.
 * @param toldAt account version of the latest event that it is connected; 0 if there was none
 */
export const isNewLoss = (before: AccountWait | undefined, loss: Loss, toldAt: number): boolean => {
  if (toldAt > loss.lossVersion) return false;
  if (!before) return true;
  const isConnectedSince = toldAt > before.lossVersion;
  return isConnectedSince || loss.lostAt >= instantAfter(before.lostAt, dayMs);
};

/** Returns how many posts wait, and when the first of them is due. */
export const waitOf = (posts: readonly Pick<Post, 'scheduledAt'>[]): Pick<AccountWait, 'waiting' | 'firstDueAt'> => ({
  waiting: posts.length,
  firstDueAt: posts.flatMap(({ scheduledAt }) => scheduledAt ?? []).sort()[0] ?? null,
});
