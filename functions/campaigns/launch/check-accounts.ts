import type { AccountHealth } from '#events/accounts.ts';
import { atAccount, type Found, found } from './found.ts';
import type { LaunchFacts } from './launch-facts.ts';

const ailments: Readonly<Record<Exclude<AccountHealth, 'healthy'>, readonly [Found['level'], string, string]>> = {
  degraded: ['warning', 'X has failed to answer several times in a row.', 'Posts may be late; look again later.'],
  limited: ['warning', 'X lets the account publish nothing more for a while.', 'Posts may be late; look again later.'],
  reconnect_needed: ['blocker', 'X does not accept the connection any more.', 'Connect the account again.'],
  suspended: ['blocker', 'X has suspended the account.', 'Sign in on x.com to see why and to appeal.'],
  locked: ['blocker', 'X has locked the account for a while.', 'Sign in on x.com to unlock it.'],
  disconnected: ['blocker', 'The account is not connected.', 'Connect it again, or plan for another one.'],
};

/** Whether each account of the plan can publish, each named once. */
export const checkAccounts = ({ slots, accounts }: LaunchFacts): Found[] => {
  const known = new Map(accounts.map((account) => [account.accountId, account]));
  return [...new Set(slots.map(({ accountId }) => accountId))].flatMap((accountId): Found[] => {
    const account = known.get(accountId);
    const place = atAccount(accountId);
    if (!account) {
      const advice = 'Connect it, or plan for another one.';
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
  const message = 'Nobody has confirmed that the account is labelled as automated, which X demands.';
  return found('warning', 'automation_unconfirmed', atAccount(accountId), message, 'Go through its checklist.');
};
