import { expect, test } from 'vitest';
import { AccountConnected } from '#events/accounts.ts';
import { AlertRaised } from '#events/analytics.ts';
import * as mails from '#functions/users/mail/contract.ts';
import { sendMail } from '#functions/users/mail/send.ts';
import * as members from '#functions/users/team/member-contract.ts';
import { dayMs } from '#shared/time.ts';
import { anEvent } from '#test/support/context-harness.ts';
import { ada } from '../harness.ts';
import { team } from '../team-harness.ts';

const accountId = 'acc_01KATJ9V5H8Q3M4N5P6R7S8T9V';
const eve = 'eve@example.com';
const key = 'threshold-3u8Jq0fT1sVb6WcYd2Ke7A';

/** Ada's workspace with an analyst, for whom analytics raises alerts. */
const office = async () => {
  const scene = await team();
  const { users, owner } = scene;
  const analyst = await scene.member('eve', 'analyst');
  const happen = async (...[definition, id, data]: [typeof AlertRaised | typeof AccountConnected, string, object]) => {
    const event = anEvent(definition, id, 1, data, users.clock.now().toISOString());
    await users.deliver({ ...event, detail: { ...event.detail, workspaceId: owner.workspaceId } });
  };
  return {
    ...scene,
    analyst,
    connected: async () =>
      happen(AccountConnected, accountId, {
        ...{ xUserId: '1', username: 'acme_coffee', capabilities: { maxWeightedLength: 280 } },
      }),
    raised: async (personId = analyst.personId, about: object = {}, of = key) =>
      happen(AlertRaised, of, {
        ...{ personId, kind: 'threshold', accountId: null, campaignId: null, statement: 'Impressions: 12.', ...about },
      }),
    mailed: (to = eve) => users.mailsTo(to).filter(({ kind }) => kind === 'performance_alert'),
  };
};

test('an alert is mailed to the person it was raised for, and to nobody else', async () => {
  const { raised, mailed, connected } = await office();
  await connected();
  await raised(undefined, { accountId });
  expect(mailed(ada.email)).toEqual([]);
  expect(mailed()).toMatchObject([
    {
      data: {
        ...{ topic: 'A metric crossed its threshold', statement: 'Impressions: 12.', account: '@acme_coffee' },
        ...{ workspaceName: 'Engines', at: '2026-11-22 09:00 UTC' },
      },
    },
  ]);
});

test('an alert that is raised again and again does not flood the mailbox, and other alerts are still mailed', async () => {
  const { raised, mailed, users } = await office();
  for (let time = 0; time < 5; time += 1) await raised();
  expect(mailed()).toHaveLength(2);
  const campaign = { campaignId: 'cmp_01KATJ9V5H8Q3M4N5P6R7S8T9V', campaignName: 'Spring' };
  await raised(undefined, { kind: 'goal', ...campaign }, 'goal-1');
  expect(mailed()).toHaveLength(3);
  expect(mailed().at(-1)?.data).toMatchObject({ campaign: 'Spring' });
  users.clock.pass(dayMs);
  await raised();
  expect(mailed()).toHaveLength(4);
});

test('no alert is mailed to a service account, an unknown person or a disabled member', async () => {
  const { raised, mailed, call, analyst, owner } = await office();
  await raised('sva_01KATJ9V5H8Q3M4N5P6R7S8T9V');
  await raised('usr_01KATJ9V5H8Q3M4N5P6R7S8T9V');
  await call(members.disableMember, owner, analyst.personId);
  await raised();
  expect(mailed()).toEqual([]);
});

test('alert mails can be switched off', async () => {
  const { raised, users, analyst, owner } = await office();
  const body = { invitation: true, export_ready: true, reconnect_account: true, performance_alert: false };
  expect(await users.call(mails.changeNotifications, { as: analyst, body })).toMatchObject({ status: 200, body });
  await raised();
  const { items } = await users.deps.mails.list(owner.workspaceId, 'waiting', { limit: 50, scope: {} });
  const [mail] = items.filter(({ kind }) => kind === 'performance_alert');
  await sendMail(users.deps, { workspaceId: owner.workspaceId, entityId: mail?.id ?? '', correlationId: 'request-8' });
  expect(await users.deps.mails.find(owner.workspaceId, mail?.id ?? '')).toMatchObject({
    ...{ status: 'suppressed', suppressedFor: 'unsubscribed' },
  });
});
