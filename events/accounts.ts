import * as z from 'zod';
import { defineEvent } from '#shared/events/event.ts';

/** What an account may do on X, as X told it when it was connected or probed. */
const Capabilities = z.object({
  /** Largest weighted length of a post: 280, or 25,000 for Premium. */
  maxWeightedLength: z.int().min(1),
});

/**
 * `healthy`; `degraded`: X fails now and then; `limited`: X lets it do nothing for a while; the rest need a person.
 */
export const AccountHealth = z.enum([
  'healthy',
  'degraded',
  'limited',
  'reconnect_needed',
  'suspended',
  'locked',
  'disconnected',
]);
export type AccountHealth = z.infer<typeof AccountHealth>;

/** A health that says why an account cannot act, or not as it should. */
export type Unhealthy = Exclude<AccountHealth, 'healthy'>;

/** The code of what an account's health keeps from being done, such as `account_suspended`. */
export const accountCodeOf = (health: Unhealthy) => `account_${health}` as const;

const accountCodes: ReadonlySet<string> = new Set(AccountHealth.exclude(['healthy']).options.map(accountCodeOf));

/** Whether a code says that an account's health is in the way. */
export const isAccountCode = (code: string): boolean => accountCodes.has(code);

export const AccountConnected = defineEvent(
  'accounts',
  'account.connected',
  1,
  'An X account was connected, or connected again.',
  z.object({ xUserId: z.string(), username: z.string(), capabilities: Capabilities }),
);

/**
 * Why an account is not connected any more. `requested`: a member disconnected it, or its workspace was deleted.
 * `connected_elsewhere`: X took the workspace's tokens no longer, and a fresh consent connected it in another workspace.
 */
export const DisconnectReason = z.enum(['requested', 'connected_elsewhere']);
export type DisconnectReason = z.infer<typeof DisconnectReason>;

export const AccountDisconnected = defineEvent(
  'accounts',
  'account.disconnected',
  1,
  'An X account was disconnected; nothing is published on it any more.',
  // Events from before there was a reason have none.
  z.object({ reason: DisconnectReason.default('requested') }),
);

export const AccountHealthChanged = defineEvent(
  'accounts',
  'account.health_changed',
  1,
  'X gave a reason to think differently of an account.',
  z.object({
    health: AccountHealth,
    /** In words that a marketer understands. */
    reason: z.string(),
  }),
);

export const AccountCapabilitiesChanged = defineEvent(
  'accounts',
  'account.capabilities_changed',
  1,
  'X told that an account may do other things than before.',
  z.object({ capabilities: Capabilities }),
);

/** Money is in millionths of a US dollar. `month` is a UTC month such as `2026-11`. */
const Spending = { month: z.string(), spentMicros: z.int().min(0) };

export const UsageTallied = defineEvent(
  'accounts',
  'usage.tallied',
  1,
  'What X has cost the workspace in a month so far; told within minutes of a change. The entity is the month.',
  z.object({ ...Spending, budgetMicros: z.int().min(0).nullable() }),
);

export const BudgetWarning = defineEvent(
  'accounts',
  'budget.warning',
  1,
  "A share of the workspace's monthly budget for X is spent. The entity is the month.",
  z.object({ ...Spending, budgetMicros: z.int().min(0), percent: z.union([z.literal(50), z.literal(80)]) }),
);

export const BudgetExhausted = defineEvent(
  'accounts',
  'budget.exhausted',
  1,
  "The workspace's monthly budget for X is spent: posts are held. The entity is the month.",
  z.object({ ...Spending, budgetMicros: z.int().min(0) }),
);

export const BudgetReplenished = defineEvent(
  'accounts',
  'budget.replenished',
  1,
  'A spent budget was raised or a new month began: held posts go on. The entity is the month.',
  z.object({ ...Spending, budgetMicros: z.int().min(0).nullable() }),
);
