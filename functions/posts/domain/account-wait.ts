import * as z from 'zod';
import { entityFields } from '#shared/entity.ts';
import { AccountId } from '#shared/ids.ts';
import { dayMs, Instant, instantAfter } from '#shared/time.ts';
import type { Post } from './post.ts';

/** Posts that are due this soon count as waiting: time enough to connect an account before they are late. */
export const soonMs = 7 * dayMs;

/** What an account that has to be connected again kept waiting when its connection was lost. */
export const AccountWait = z.object({
  /** The account's. */
  id: AccountId,
  ...entityFields,
  /** The account's version in the report of the loss by `accounts`. */
  lossVersion: z.int().min(1),
  lostAt: Instant,
  /** Posts that are held for it, or due within seven days. */
  waiting: z.int().min(0),
  /** When the first of them was or is due (UTC). */
  firstDueAt: Instant.nullable(),
});
export type AccountWait = z.infer<typeof AccountWait>;

/** The loss of a connection, as `accounts` reported it. */
export type Loss = Pick<AccountWait, 'lossVersion' | 'lostAt'>;

/**
 * Whether a loss is to be reported to people: at once when the account was connected since the previous loss,
 * otherwise a day after it, for a connection that X accepts and refuses by turns. Not when the connection is back, or
 * the loss was already reported.
 * @param toldAt version of the account's last news that it is connected; 0 while there was none
 */
export const isNewLoss = (before: AccountWait | undefined, loss: Loss, toldAt: number): boolean => {
  if (toldAt > loss.lossVersion) return false;
  if (!before) return true;
  const isConnectedSince = toldAt > before.lossVersion;
  return isConnectedSince || loss.lostAt >= instantAfter(before.lostAt, dayMs);
};

/** How many posts wait, and when the first of them is due. */
export const waitOf = (posts: readonly Pick<Post, 'scheduledAt'>[]): Pick<AccountWait, 'waiting' | 'firstDueAt'> => ({
  waiting: posts.length,
  firstDueAt: posts.flatMap(({ scheduledAt }) => scheduledAt ?? []).sort()[0] ?? null,
});
