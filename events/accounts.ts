import * as z from 'zod';
import { defineEvent } from '#shared/events/event.ts';
import { AccountId, PostId } from '#shared/ids.ts';
import { Instant } from '#shared/time.ts';

/** What an account can do on X, as X reported when it was connected or last checked. */
const Capabilities = z.object({
  maxWeightedLength: z.int().min(1).meta({
    description: 'Maximum weighted length of a post: 280, or 25,000 with X Premium',
  }),
});

/**
 * `degraded`: X fails intermittently or rejects the app's requests; `limited`: X refuses all actions for a while; all
 * later states require a person to act.
 */
export const AccountHealth = z
  .enum(['healthy', 'degraded', 'limited', 'reconnect_needed', 'suspended', 'locked', 'disconnected'])
  .meta({
    description:
      'Whether the account can publish. `degraded`: X keeps failing or does not accept the requests of the app; ' +
      '`healthAdvice` says whether someone must act. `limited`: X accepts no more posts for now; ends automatically. ' +
      '`reconnect_needed`: X no longer accepts the connection; `suspended`, `locked`: X has suspended or ' +
      'locked the account; `disconnected`: the workspace no longer has access.',
  });
export type AccountHealth = z.infer<typeof AccountHealth>;

/** Any health other than `healthy`: the account cannot act, or not reliably. */
export type Unhealthy = Exclude<AccountHealth, 'healthy'>;

/** Returns the reason code for an account's health, such as `account_suspended`. */
export const accountCodeOf = (health: Unhealthy) => `account_${health}` as const;

const accountCodes: ReadonlySet<string> = new Set(AccountHealth.exclude(['healthy']).options.map(accountCodeOf));

/** Whether a reason code stands for an account's health. */
export const isAccountCode = (code: string): boolean => accountCodes.has(code);

export const AccountConnected = defineEvent(
  'accounts',
  'account.connected',
  1,
  'An X account was connected or reconnected.',
  () => z.object({ xUserId: z.string(), username: z.string(), capabilities: Capabilities }),
);

/**
 * Why an account was disconnected. `requested`: by a member, or because its workspace was deleted. `connected_elsewhere`:
 * X stopped accepting this workspace's tokens, and the account was connected in another workspace with a new consent.
 */
export const DisconnectReason = z.enum(['requested', 'connected_elsewhere']).meta({
  description:
    '`requested`: a member disconnected it, or its workspace was deleted; `connected_elsewhere`: X stopped accepting the ' +
    'connection, and the account was then connected to another workspace',
});
export type DisconnectReason = z.infer<typeof DisconnectReason>;

export const AccountDisconnected = defineEvent(
  'accounts',
  'account.disconnected',
  1,
  'An X account was disconnected; nothing is published on it until it is reconnected.',
  // Older events have no reason.
  () => z.object({ reason: DisconnectReason.default('requested') }),
);

export const AccountHealthChanged = defineEvent(
  'accounts',
  'account.health_changed',
  1,
  'The health of an X account changed.',
  () =>
    z.object({
      health: AccountHealth,
      reason: z.string().meta({ description: 'Explanation in plain words, for users' }),
    }),
);

export const AccountCapabilitiesChanged = defineEvent(
  'accounts',
  'account.capabilities_changed',
  1,
  'The capabilities of an X account changed.',
  () => z.object({ capabilities: Capabilities }),
);

/** Counters of an account's profile, as X reports them. */
export const Audience = z
  .object({
    followers: z.int().min(0).meta({ description: 'Followers' }),
    following: z.int().min(0).meta({ description: 'Accounts that it follows' }),
    posts: z.int().min(0).meta({ description: 'Posts on X, including those made elsewhere' }),
    listed: z.int().min(0).meta({ description: 'Lists that contain it' }),
  })
  .meta({ description: 'Counters of the profile, as X reports them' });
export type Audience = z.infer<typeof Audience>;

export const AccountMetricsUpdated = defineEvent(
  'accounts',
  'account.metrics_updated',
  1,
  'The counters of an X account were read from X. Published once a day, and when a later check finds a change.',
  () => z.object({ measuredAt: Instant, metrics: Audience }),
);

const spending = () => ({
  month: z.string().meta({ description: 'UTC month, such as `2026-11`' }),
  spentMicros: z.int().min(0).meta({ description: 'X API cost of the month so far, in millionths of a US dollar' }),
});

const budget = () => z.int().min(0).meta({ description: 'X API budget of the month, in millionths of a US dollar' });
const budgetOrNone = () =>
  budget().nullable().meta({ description: 'X API budget of the month, in millionths of a US dollar; null: no budget' });

export const UsageTallied = defineEvent(
  'accounts',
  'usage.tallied',
  1,
  "A workspace's X API cost of the UTC month so far, published within minutes of a change. The entity is the month.",
  () => z.object({ ...spending(), budgetMicros: budgetOrNone() }),
);

export const BudgetWarning = defineEvent(
  'accounts',
  'budget.warning',
  1,
  'A workspace spent 50 or 80 percent of its X API budget of the UTC month. The entity is the month.',
  () => z.object({ ...spending(), budgetMicros: budget(), percent: z.union([z.literal(50), z.literal(80)]) }),
);

export const BudgetExhausted = defineEvent(
  'accounts',
  'budget.exhausted',
  1,
  "A due post costs more than what is left of the workspace's X API budget for the UTC month, and is held. The " +
    'entity is the month.',
  () => z.object({ ...spending(), budgetMicros: budget() }),
);

export const BudgetReplenished = defineEvent(
  'accounts',
  'budget.replenished',
  1,
  'Posts held for lack of X API budget are tried again: the budget was raised or removed, a new UTC month began, or the ' +
    'settings of the workspace changed while some budget was left. The entity is the month.',
  () => z.object({ ...spending(), budgetMicros: budgetOrNone() }),
);

export const PostTakenDown = defineEvent(
  'accounts',
  'post.taken_down',
  1,
  'X reported that a published post, or a part of a thread, was deleted on X. The entity is the post on X.',
  () => z.object({ accountId: AccountId, postId: PostId }),
);

/** Activity of other people on X, as ids only: their text is not copied from X. */
const ByOthers = z.object({
  accountId: AccountId,
  xAuthorId: z.string().meta({ description: 'User id of the author on X' }),
  conversationId: z.string().nullable().meta({ description: 'Conversation on X; null: not reported' }),
  postId: PostId.nullable().meta({
    description: 'Post of the workspace that it refers to; null: none that was published here',
  }),
});

const received = (what: string, summary: string) =>
  defineEvent(
    'accounts',
    `${what}.received`,
    1,
    `${summary} The entity is the other person's post on X.`,
    () => ByOthers,
  );

export const MentionReceived = received('mention', 'Somebody mentioned an X account.');

export const ReplyReceived = received('reply', 'Somebody replied to a post of an X account.');

export const QuoteReceived = received('quote', 'Somebody quoted a post of an X account.');

export const RepostReceived = received('repost', 'Somebody reposted a post of an X account.');
