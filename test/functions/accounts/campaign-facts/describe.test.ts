import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CampaignAccounts } from '#events/campaign-content.ts';
import { confirmChecklist } from '#functions/accounts/account-health/automation-checklist.ts';
import { probe } from '#functions/accounts/account-health/probe.ts';
import { disconnectAccount } from '#functions/accounts/connections/connect.ts';
import type { Account } from '#functions/accounts/domain/account.ts';
import { tasks } from '#functions/accounts/task-names.ts';
import type { AccountFacts } from '#functions/campaigns/domain/publishing-facts.ts';
import type { LaunchFacts } from '#functions/campaigns/launch/launch-facts.ts';
import { dayOf } from '#shared/time.ts';
import { billingMonthOf } from '#shared/x-prices.ts';
import { owner } from '#test/support/http-event.ts';
import { author, type Harness, harness, partOn } from '../harness.ts';

let context: Harness;
let account: Account;
beforeEach(async () => {
  context = await harness();
  account = await context.connect('acme_coffee');
});
afterEach(() => context.sandbox.close());

const { workspaceId } = owner;
const unknown = 'acc_01KATJ9V5H8Q3M4N5P6R7S8T9V';
const ask = async (...accountIds: string[]) =>
  CampaignAccounts.parse(await context.run(tasks.describeForCampaign, { workspaceId, accountIds }));

describe('the account facts for a launch check', () => {
  test('contain the health, the maximum text length and whether a person confirmed the automation checklist', async () => {
    const facts = { accountId: account.id, health: 'healthy', maxWeightedLength: 280 };
    expect((await ask(account.id)).accounts).toEqual([{ ...facts, isAutomationConfirmed: false }]);
    const ofAccount = { workspaceId, accountId: account.id, personId: owner.personId };
    await confirmChecklist(context.deps, ofAccount, { label: true, bio: true, managedBy: null }, author);
    await context.user('acme_coffee', { subscription: 'Premium' });
    await probe(context.deps, ofAccount, author);
    const [told] = (await ask(account.id)).accounts;
    expect(told).toEqual({ ...facts, maxWeightedLength: 25_000, isAutomationConfirmed: true });
    await disconnectAccount(context.deps, workspaceId, account.id, author);
    expect((await ask(account.id)).accounts).toMatchObject([{ health: 'disconnected' }]);
  });

  test('separate existing accounts from unknown ones and list each once', async () => {
    const told = await ask(unknown, account.id, unknown);
    expect([told.accounts.length, told.unknown]).toEqual([1, [unknown]]);
    const elsewhere = { workspaceId: 'wsp_01KATJ9V5H8Q3M4N5P6R7S8T9W', accountIds: [account.id] };
    const ofOthers = CampaignAccounts.parse(await context.run(tasks.describeForCampaign, elsewhere));
    expect([ofOthers.accounts, ofOthers.unknown]).toEqual([[], [account.id]]);
  });

  test('include the budget, what was spent of it, and how many posts the app has made', async () => {
    const [month, day] = [billingMonthOf(context.clock.now()), dayOf(context.clock.now())];
    expect(await ask(account.id)).toMatchObject({
      budget: { monthlyMicros: null, usedMicros: { [month]: expect.any(Number) as unknown } },
      appPosts: { [day]: 0 },
      appPostsPerDay: 10_000,
    });
    await context.deps.budgets.learn(workspaceId, 1, {
      ...{ monthlyBudgetMicros: 5_000_000, monthlyReadBudgetMicros: null },
    });
    const spent = (await context.deps.usage.find(workspaceId, month))?.spentMicros ?? 0;
    await context.publishToTheEnd(partOn(account));
    await context.run(tasks.tallyUsage, {});
    const told = await ask(account.id);
    expect(told.budget).toEqual({ monthlyMicros: 5_000_000, usedMicros: { [month]: spent + 15_000 } });
    expect(told.appPosts).toEqual({ [day]: 1 });
    // What accounts return must fit the types of campaigns.
    const facts: readonly AccountFacts[] = told.accounts;
    const { monthlyMicros, usedMicros } = told.budget;
    const bound: LaunchFacts['workspaceBudget'] = monthlyMicros === null ? null : { monthlyMicros, usedMicros };
    expect([facts.length, bound?.monthlyMicros]).toEqual([1, 5_000_000]);
  });
});
