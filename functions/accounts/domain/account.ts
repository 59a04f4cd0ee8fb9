import * as z from 'zod';
import { Audience, DisconnectReason } from '#events/accounts.ts';
import { entityFields } from '#shared/entity.ts';
import { DomainError } from '#shared/errors.ts';
import { AccountId, PersonId } from '#shared/ids.ts';
import { keptFor, personal } from '#shared/privacy/personal-data.ts';
import { dayOf, Instant } from '#shared/time.ts';
import { Coverage } from './activity.ts';
import { disconnectedFor, type Finding, findingOf, Health, outweighs } from './health.ts';

/** X's data on the user who gave consent (GET /2/users/me). */
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
  /** Null: X left out the counters. */
  audience: Audience.nullable(),
});
export type XUser = z.infer<typeof XUser>;

/**
 * X's requirements for automated accounts (X Help Center: automated account labels). The API can neither read nor set
 * them, so a person confirms them.
 */
export const Checklist = z
  .strictObject({
    label: z.boolean().meta({
      description: 'The profile shows the label "Automated" (on x.com: Settings, Your account, Automation)',
    }),
    bio: z.boolean().meta({ description: 'The bio says that the account is automated and by whom' }),
    managedBy: personal(
      z
        .string()
        .regex(/^\w{1,15}$/, 'must be an X username without @')
        .nullable()
        .meta({ description: 'X username of the managing account that the label shows, run by a person; null: none' }),
      { why: 'X requires it for automated accounts', keptFor: keptFor.workspace },
    ),
  })
  .meta({ id: 'AutomationChecklist', description: 'X requirements for an automated account' });
export type Checklist = z.infer<typeof Checklist>;

const ofX = { why: 'to show members which account they publish on', keptFor: keptFor.workspace };
const alsoInEvents = {
  ...ofX,
  keptFor: `${keptFor.workspace}; in the audit trail and the archive of events, as long as those are kept`,
};

export const Account = z
  .object({
    id: AccountId,
    ...entityFields,
    xUserId: personal(z.string().meta({ description: 'User id on X' }), alsoInEvents),
    username: personal(z.string().meta({ description: 'Username on X, without @' }), alsoInEvents),
    name: personal(z.string().meta({ description: 'Display name on X' }), ofX),
    profileImageUrl: personal(
      z.string().nullable().meta({ description: 'URL of the profile image on X; null: none' }),
      ofX,
    ),
    isProtected: z.boolean().meta({ description: 'Whether only followers can see its posts' }),
    subscription: z.string().meta({ description: 'X subscription: `None`, `Basic`, `Premium` or `PremiumPlus`' }),
    verifiedType: z.string().meta({ description: 'Verification on X: `none`, `blue`, `business` or `government`' }),
    capabilities: z
      .object({
        maxWeightedLength: z.int().min(1).meta({
          description: 'Maximum length of a post, in weighted characters as X counts them',
        }),
      })
      .meta({ description: 'What the account can do on X' }),
    status: z.enum(['connected', 'disconnected']).meta({
      description: '`connected`: it can be used; `disconnected`: nothing is published until it is connected again',
    }),
    health: Health,
    healthReason: z
      .string()
      .nullable()
      .meta({ description: 'Human-readable reason why the account is not healthy; null while healthy' }),
    healthAdvice: z.string().nullable().meta({ description: 'What to do about it; null while healthy' }),
    healthSince: Instant.meta({ description: 'When `health` last changed (UTC)' }),
    limitedUntil: Instant.nullable().meta({
      description: 'When X accepts posts again (UTC), while `health` is `limited`; otherwise null',
    }),
    /** Consecutive calls that X has not answered. Updated without a new version, so without an event. */
    failuresInARow: z.int().min(0),
    probedAt: Instant.meta({ description: 'When the account was last checked at X (UTC)' }),
    audience: Audience.extend({ day: z.iso.date().meta({ description: 'UTC day of the reading' }) })
      .nullable()
      .default(null)
      .meta({ description: 'Counters of the profile, read about once a day; null: not read yet' }),
    /** Updated without a new version, as X has room for subscriptions or not. */
    activity: Coverage.default('not_covered'),
    automation: Checklist.extend({ confirmedBy: PersonId, confirmedAt: Instant })
      .nullable()
      .meta({ description: 'Confirmed requirements for an automated account; null: not confirmed' }),
    connectedAt: Instant.meta({ description: 'When it was last connected (UTC)' }),
    connectionCount: z.int().min(1).meta({ description: 'How often it has been connected' }),
    disconnectedAt: Instant.nullable().meta({ description: 'When it was disconnected (UTC); null while connected' }),
    disconnectReason: DisconnectReason.nullable()
      .default(null)
      .meta({ description: 'Why it is disconnected; null while connected' }),
  })
  .meta({ id: 'Account' });
export type Account = z.infer<typeof Account>;

/**
 * Maximum weighted length of a post (X API changelog, 2024-08-20: 25,000 for Premium). X does not document longer posts
 * over the API for Basic, and refusing a post while it is written is cheaper than when it is due.
 */
const longest = (subscription: string): number =>
  subscription === 'Premium' || subscription === 'PremiumPlus' ? 25_000 : 280;

/**
 * Returns the profile from X's data on the user. The counters carry their UTC day, so that they are stored once a day
 * even when unchanged.
 */
const profileOf = (user: XUser, now: Date) => ({
  xUserId: user.id,
  username: user.username,
  name: user.name,
  profileImageUrl: user.profileImageUrl,
  isProtected: user.isProtected,
  subscription: user.subscription,
  verifiedType: user.verifiedType,
  capabilities: { maxWeightedLength: longest(user.subscription) },
  ...(user.audience && { audience: { ...user.audience, day: dayOf(now) } }),
});

const asHealth = ({ health, reason, advice, until }: Finding, now: Date) => ({
  health,
  healthReason: reason,
  healthAdvice: advice,
  healthSince: now.toISOString(),
  limitedUntil: until,
});

/** Fields that are set from X at each connection. */
const fromX = (user: XUser, now: Date) => ({
  ...profileOf(user, now),
  status: 'connected' as const,
  ...asHealth(findingOf('healthy'), now),
  failuresInARow: 0,
  probedAt: now.toISOString(),
  connectedAt: now.toISOString(),
  disconnectedAt: null,
  disconnectReason: null,
});

/** Returns a new account of the workspace. */
export const connect = (id: string, workspaceId: string, user: XUser, now: Date) => ({
  id,
  workspaceId,
  audience: null,
  activity: 'not_covered' as const,
  ...fromX(user, now),
  automation: null,
  connectionCount: 1,
});

/** Returns the account reconnected: same id and history, X's current data, and healthy. */
export const reconnect = (account: Account, user: XUser, now: Date): Account => ({
  ...account,
  ...fromX(user, now),
  connectionCount: account.connectionCount + 1,
});

export const disconnect = (account: Account, reason: DisconnectReason, now: Date): Account => ({
  ...account,
  status: 'disconnected',
  activity: 'not_covered',
  ...asHealth(disconnectedFor(reason), now),
  disconnectedAt: now.toISOString(),
  disconnectReason: reason,
});

/**
 * Returns the account with a finding on its health; the same object when that, or something graver, is already known.
 */
export const withHealth = (account: Account, found: Finding, now: Date): Account => {
  const isHealed = found.health === 'healthy';
  const isKnown =
    account.health === found.health && account.healthReason === found.reason && account.limitedUntil === found.until;
  if (isKnown && (!isHealed || account.failuresInARow === 0)) return account;
  if (!isHealed && !outweighs(found.health, account.health)) return account;
  const since = account.health === found.health ? account.healthSince : now.toISOString();
  return {
    ...account,
    ...asHealth(found, now),
    healthSince: since,
    failuresInARow: isHealed ? 0 : account.failuresInARow,
  };
};

/**
 * Returns the account with X's current data. X answered, so any trouble has ended, except for a limit on its posts with
 * an end that X stated.
 */
export const withProfile = (account: Account, user: XUser, now: Date): Account => {
  const told = { ...account, ...profileOf(user, now) };
  const isLimited = account.limitedUntil !== null && Date.parse(account.limitedUntil) > now.getTime();
  return isLimited ? told : withHealth(told, findingOf('healthy'), now);
};

/** The error for an X user whom another workspace has connected and can use. It does not say which workspace. */
export const connectedElsewhere = (): DomainError =>
  new DomainError(
    'conflict',
    'x_account_connected_elsewhere',
    'This X account is connected to another workspace. Disconnect it there first.',
  );

/**
 * The error when X did not confirm whether the workspace that has the X user can still use it. It then keeps the
 * account: an outage of X frees none.
 */
export const connectionElsewhereUnknown = (): DomainError =>
  new DomainError(
    'unavailable',
    'x_connection_unknown',
    'This X account is connected to another workspace, and X did not confirm whether that connection is still valid. Start again in a few minutes.',
    { headers: { 'Retry-After': '120' } },
  );
