import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { disconnectAccount } from '#functions/accounts/connections/connect.ts';
import { author, secret } from '../harness.ts';
import { type ActivityLab, activityLab } from './lab.ts';

let lab: ActivityLab;
beforeEach(async () => {
  lab = await activityLab();
});
afterEach(() => lab.close());

const bearer = secret.appBearer;
const standing = async () =>
  (await lab.deps.xActivity.subscriptions(bearer)).value.map(({ eventType }) => eventType).sort();
const activityOf = async ({ workspaceId, id }: { workspaceId: string; id: string }) =>
  (await lab.deps.accounts.get(workspaceId, id)).activity;
const activities = () => lab.events().filter(({ definition: { type } }) => type.endsWith('.received'));
const Requests = z.object({ requests: z.array(z.object({ operation: z.string().optional() })) });
const asked = async (operation: string) =>
  Requests.parse(await lab.control('GET', 'requests')).requests.filter((each) => each.operation === operation).length;

describe('the webhook', () => {
  test('is registered once and passes the check that X makes', async () => {
    const first = await lab.keepWebhook();
    expect(first.outcome).toBe('valid');
    expect(await lab.keepWebhook()).toEqual(first);
    expect(await asked('createWebhooks')).toBe(1);
  });

  test('is counted for an alarm when it fails the check', async () => {
    lab.setDown(true);
    expect(await lab.keepWebhook()).toEqual({ outcome: 'invalid' });
    expect(lab.counted).toEqual(['XWebhookInvalid']);
  });

  test('is validated again, and each event that was missed is delivered once', async () => {
    await lab.connect('acme_coffee');
    const webhookId = await lab.follow();
    await lab.control('POST', 'posts', { username: 'some_reader', text: 'One @acme_coffee' });
    await lab.delivered(1);
    await lab.control('PATCH', `webhooks/${webhookId}`, { valid: false });
    await lab.control('POST', 'posts', { username: 'some_reader', text: 'Two @acme_coffee' });
    expect(activities()).toHaveLength(1);
    await lab.follow();
    await lab.delivered(3);
    expect(activities()).toHaveLength(2);
    await lab.follow();
    expect(await asked('createWebhookReplayJob')).toBe(1);
  });

  test.each([400, 503])(
    'is kept when X refuses its replay with %i, and the replay is repeated later',
    async (status) => {
      const webhookId = await lab.follow();
      await lab.control('PATCH', `webhooks/${webhookId}`, { valid: false });
      await lab.faults({ method: 'POST', path: '/2/webhooks/replay', fault: { kind: 'status', status }, times: 2 });
      const account = await lab.connect('acme_coffee');
      await lab.follow();
      expect(await activityOf(account)).toBe('covered');
      const { missedSince } = (await lab.deps.activities.webhook()) ?? {};
      expect(missedSince).toEqual(expect.any(String));
      await lab.follow();
      expect(await lab.deps.activities.webhook()).toMatchObject({ missedSince });
      await lab.follow();
      expect(await asked('createWebhookReplayJob')).toBe(3);
      expect(await lab.deps.activities.webhook()).toMatchObject({ missedSince: null });
    },
  );
});

describe('the subscriptions', () => {
  test('cover a connected account, and end when it is disconnected', async () => {
    const account = await lab.connect('acme_coffee');
    expect(account.activity).toBe('not_covered');
    await lab.follow();
    expect(await standing()).toHaveLength(6);
    expect(await activityOf(account)).toBe('covered');
    await lab.follow();
    expect(await asked('createActivitySubscription')).toBe(6);
    await disconnectAccount(lab.deps, account.workspaceId, account.id, author);
    await lab.follow();
    expect(await standing()).toEqual(['oauth.revoke']);
    expect(await activityOf(account)).toBe('not_covered');
  });

  test('beyond the limit of X are left out, least important first, and the account is only partly covered', async () => {
    await lab.settings({ maxSubscriptions: 3 });
    const account = await lab.connect('acme_coffee');
    await lab.follow();
    expect(await standing()).toEqual(['oauth.revoke', 'post.delete', 'post.mention.create']);
    expect(await activityOf(account)).toBe('partly');
  });

  test('wait while X limits them, and continue afterwards', async () => {
    await lab.settings({ limits: { createActivitySubscription: { app15Minutes: 2 } } });
    const account = await lab.connect('acme_coffee');
    await lab.follow();
    const before = await asked('createActivitySubscription');
    await lab.follow();
    // A limit known to be used up is not tried again.
    expect((await asked('createActivitySubscription')) - before).toBeLessThanOrEqual(1);
    lab.clock.pass(16 * 60_000);
    await lab.settings({ limits: { createActivitySubscription: { app15Minutes: 500 } } });
    await lab.follow();
    expect(await activityOf(account)).toBe('covered');
  });

  test('that X fails to end do not keep new ones from being created, and the run ends', async () => {
    const usernames = Array.from({ length: 5 }, (_, n) => `leaving_${n}`);
    const leaving = [];
    for (const username of usernames) {
      await lab.control('POST', 'users', { username, name: username });
      leaving.push(await lab.connect(username));
    }
    const webhookId = await lab.follow();
    const before = await asked('createActivitySubscription');
    for (const { workspaceId, id } of leaving) await disconnectAccount(lab.deps, workspaceId, id, author);
    await lab.faults({
      ...{ method: 'DELETE', path: '/2/activity/subscriptions/:subscription_id', times: 'always' },
      fault: { kind: 'status', status: 404 },
    });
    const staying = await lab.connect('acme_coffee');
    expect(await lab.keepSubscriptions(webhookId)).toBe(2);
    expect(await activityOf(staying)).toBe('covered');
    expect((await asked('createActivitySubscription')) - before).toBe(5);
    expect(await asked('deleteActivitySubscription')).toBe(25);
  });

  test('that need consent are not requested without it', async () => {
    const account = await lab.connect('acme_coffee');
    const webhookId = (await lab.keepWebhook()).webhookId ?? '';
    await lab.deps.accounts.save({ ...account, health: 'reconnect_needed' }, author);
    await lab.keepSubscriptions(webhookId);
    expect(await standing()).toEqual(['oauth.revoke', 'post.delete']);
    expect(await activityOf(account)).toBe('partly');
  });
});
