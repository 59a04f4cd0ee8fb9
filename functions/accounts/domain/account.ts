import * as z from 'zod';
import { entityFields } from '../../../shared/entity.ts';
import { DomainError } from '../../../shared/errors.ts';
import { AccountId } from '../../../shared/ids.ts';
import { Instant } from '../../../shared/time.ts';

/** What X tells of the user who gave consent (GET /2/users/me). */
export const XUser = z.object({
  id: z.string(),
  username: z.string(),
  name: z.string(),
  profileImageUrl: z.string().nullable(),
  isProtected: z.boolean(),
  /** `None`, `Basic`, `Premium` or `PremiumPlus`. */
  subscription: z.string(),
  /** `none`, `blue`, `business` or `government`. */
  verifiedType: z.string(),
});
export type XUser = z.infer<typeof XUser>;

export const Health = z.enum(['healthy', 'reconnect_needed', 'suspended', 'locked']);
export type Health = z.infer<typeof Health>;

export const Account = z
  .object({
    id: AccountId,
    ...entityFields,
    xUserId: z.string(),
    username: z.string(),
    name: z.string(),
    profileImageUrl: z.string().nullable(),
    isProtected: z.boolean().meta({ description: 'Only followers see its posts' }),
    subscription: z.string(),
    verifiedType: z.string(),
    capabilities: z.object({
      maxWeightedLength: z.int().min(1).meta({ description: 'Longest post, as X counts' }),
    }),
    status: z.enum(['connected', 'disconnected']),
    health: Health,
    /** Why it is not healthy and what to do, in words a marketer understands; null while it is. */
    healthReason: z.string().nullable(),
    connectedAt: Instant,
    /** Counts its connections: 1 at the first. */
    connectionCount: z.int().min(1),
    disconnectedAt: Instant.nullable(),
  })
  .meta({ id: 'Account' });
export type Account = z.infer<typeof Account>;

/**
 * Weighted characters of a post (X API changelog, 2024-08-20: 25,000 for Premium). X documents no longer posts for
 * Basic over the API, and a post refused while it is written costs less than one refused when it is due.
 */
const longest = (subscription: string): number =>
  subscription === 'Premium' || subscription === 'PremiumPlus' ? 25_000 : 280;

/** What an account takes over from X at each connection. */
const fromX = (user: XUser, now: Date) => ({
  xUserId: user.id,
  username: user.username,
  name: user.name,
  profileImageUrl: user.profileImageUrl,
  isProtected: user.isProtected,
  subscription: user.subscription,
  verifiedType: user.verifiedType,
  capabilities: { maxWeightedLength: longest(user.subscription) },
  status: 'connected' as const,
  health: 'healthy' as const,
  healthReason: null,
  connectedAt: now.toISOString(),
  disconnectedAt: null,
});

/** A new account of the workspace. */
export const connect = (id: string, workspaceId: string, user: XUser, now: Date) => ({
  id,
  workspaceId,
  ...fromX(user, now),
  connectionCount: 1,
});

/** The account, connected again: the same id and history, what X tells of it now, and healthy. */
export const reconnect = (account: Account, user: XUser, now: Date): Account => ({
  ...account,
  ...fromX(user, now),
  connectionCount: account.connectionCount + 1,
});

export const disconnect = (account: Account, now: Date): Account => ({
  ...account,
  status: 'disconnected',
  disconnectedAt: now.toISOString(),
});

const reasons = {
  healthy: null,
  reconnect_needed: 'X does not accept the connection any more. Connect the account again.',
  suspended: 'X has suspended the account. Sign in on x.com to see why and to appeal.',
  locked: 'X has locked the account for a while. Sign in on x.com to unlock it, then schedule the post again.',
} as const satisfies Record<Health, string | null>;

export const reasonOf = (health: Exclude<Health, 'healthy'>): string => reasons[health];

/** The account with that health; the same object when it has it already. */
export const withHealth = (account: Account, health: Health): Account =>
  account.health === health ? account : { ...account, health, healthReason: reasons[health] };

/** The refusal of an X user that another workspace has connected; whose it is stays untold. */
export const connectedElsewhere = (): DomainError =>
  new DomainError(
    'conflict',
    'x_account_connected_elsewhere',
    'This X account is connected in another workspace. It has to be disconnected there first.',
  );
