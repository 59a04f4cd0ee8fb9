import type { AccountHealth } from '#events/accounts.ts';
import { atAccount, type Found, found } from './found.ts';
import type { LaunchFacts } from './launch-facts.ts';

const ailments: Readonly<Record<Exclude<AccountHealth, 'healthy'>, readonly [Found['level'], string, string]>> = {
  degraded: [
    'warning',
    'X does not currently carry out all calls for the account.',
    "Posts may be late. The account's health gives the cause.",
  ],
  limited: [
    'warning',
    'X does not accept more posts from the account for now.',
    'Posts may be late. Check again later.',
  ],
  reconnect_needed: ['blocker', 'X no longer accepts the connection.', 'Reconnect the account.'],
  suspended: ['blocker', 'X has suspended the account.', 'Sign in on x.com to see why and to appeal.'],
  locked: ['blocker', 'X has locked the account temporarily.', 'Sign in on x.com to unlock it.'],
  disconnected: ['blocker', 'The account is not connected.', 'Reconnect it, or use another account.'],
};

/** Checks whether each account of the plan can publish; each is reported once. */
export const checkAccounts = ({ slots, accounts }: LaunchFacts): Found[] => {
  const known = new Map(accounts.map((account) => [account.accountId, account]));
  return [...new Set(slots.map(({ accountId }) => accountId))].flatMap((accountId): Found[] => {
    const account = known.get(accountId);
    const place = atAccount(accountId);
    if (!account) {
      const advice = 'Connect it, or use another account.';
      return [found('blocker', 'account_unknown', place, 'There is no such account in this workspace.', advice)];
    }
    return [
      ...(account.health === 'healthy' ? [] : [ailmentOf(account.health, accountId)]),
      ...(account.isAutomationConfirmed ? [] : [unconfirmed(accountId)]),
    ];
  });
};

const ailmentOf = (health: Exclude<AccountHealth, 'healthy'>, accountId: string): Found => {
  const [level, message, advice] = ailments[health];
  return found(level, `account_${health}`, atAccount(accountId), message, advice);
};

const unconfirmed = (accountId: string): Found => {
  const message = 'The X requirements for automated accounts are not confirmed for this account.';
  return found(
    'warning',
    'automation_unconfirmed',
    atAccount(accountId),
    message,
    'Complete the automation checklist of the account.',
  );
};
