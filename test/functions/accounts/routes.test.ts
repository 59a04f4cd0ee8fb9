import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { confirmAutomation, probeAccount } from '#functions/accounts/account-health/contract.ts';
import {
  completeConnection,
  disconnectAccount,
  getAccount,
  listAccounts,
  startConnection,
} from '#functions/accounts/connections/contract.ts';
import * as contract from '#functions/accounts/contract.ts';
import { health } from '#functions/accounts/health.ts';
import type { PartInput } from '#functions/accounts/publishing/publish-part.ts';
import { AccountView } from '#functions/accounts/views.ts';
import { Problem } from '#shared/http/problem.ts';
import { newId } from '#shared/ids.ts';
import { owner } from '#test/support/http-event.ts';
import { type Harness, harness, partOn } from './harness.ts';

let context: Harness;
beforeEach(async () => {
  context = await harness();
});
afterEach(() => context.sandbox.close());

const connected = async () => {
  const { body } = await context.ask(startConnection, startConnection.response);
  const back = await context.consent(body.authorizeUrl, 'acme_coffee');
  return context.ask(completeConnection, AccountView, { body: back });
};

describe('the accounts API', () => {
  test('connects, lists, reads and disconnects an account, and never shows a token', async () => {
    const { status, body: account, raw } = await connected();
    expect(status).toBe(201);
    expect(account).toMatchObject({ username: 'acme_coffee', status: 'connected', version: 1 });
    const list = await context.ask(listAccounts, listAccounts.response);
    expect(list.body.items.map(({ id }) => id)).toEqual([account.id]);
    const path = { accountId: account.id };
    const one = await context.ask(getAccount, AccountView, { path });
    expect(one.body).toEqual(account);
    const gone = await context.ask(disconnectAccount, z.undefined(), { path });
    expect(gone.status).toBe(204);
    const after = await context.ask(getAccount, AccountView, { path });
    expect(after.body).toMatchObject({ status: 'disconnected' });
    expect([raw, list.raw, one.raw].join().toLowerCase()).not.toContain('token');
  });

  test('answers 404 when an account of another workspace is read or disconnected', async () => {
    const { body } = await connected();
    const as = { ...owner, workspaceId: newId('wsp', new Date()) };
    for (const operation of [getAccount, disconnectAccount]) {
      const answer = await context.ask(operation, Problem, { path: { accountId: body.id }, as });
      expect(answer).toMatchObject({ status: 404, body: { code: 'account_not_found' } });
    }
    expect((await context.ask(listAccounts, listAccounts.response, { as })).body.items).toEqual([]);
  });

  test('answers 400 for a state that is not the caller’s', async () => {
    const { body } = await context.ask(startConnection, startConnection.response);
    const back = await context.consent(body.authorizeUrl, 'acme_coffee');
    const as = { ...owner, personId: newId('usr', new Date()) };
    const answer = await context.ask(completeConnection, Problem, { body: back, as });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_connection_state' } });
  });

  test.each([
    {},
    { code: 'c' },
    { code: '', state: 's' },
    { code: 'c', state: 's', redirectUri: 'https://evil.example' },
  ])('answers 400 for the body %j', async (body) => {
    expect(await context.ask(completeConnection, Problem, { body })).toMatchObject({ status: 400 });
  });

  test('lets only owners and admins connect and disconnect', async () => {
    const as = { ...owner, role: 'manager' as const };
    expect(await context.ask(startConnection, Problem, { as })).toMatchObject({ status: 403 });
    const path = { accountId: newId('acc', new Date()) };
    expect(await context.ask(disconnectAccount, Problem, { path, as })).toMatchObject({ status: 403 });
    expect((await context.ask(listAccounts, listAccounts.response, { as })).status).toBe(200);
  });

  test('probes an account at once for those who may connect it', async () => {
    const path = { accountId: (await connected()).body.id };
    await context.user('acme_coffee', { subscription: 'Premium' });
    const answer = await context.ask(probeAccount, AccountView, { path });
    expect(answer).toMatchObject({ status: 200, body: { capabilities: { maxWeightedLength: 25_000 } } });
    expect(answer.raw).not.toContain('failuresInARow');
    const as = { ...owner, role: 'manager' as const };
    expect(await context.ask(probeAccount, Problem, { path, as })).toMatchObject({ status: 403 });
    const elsewhere = { ...owner, workspaceId: newId('wsp', new Date()) };
    expect(await context.ask(probeAccount, Problem, { path, as: elsewhere })).toMatchObject({ status: 404 });
  });

  test('stores what a person confirms about an automated account, with who did so and when', async () => {
    const { body: account } = await connected();
    const path = { accountId: account.id };
    expect(account.automation).toBeNull();
    const body = { label: true, bio: false, managedBy: 'maya_acme' };
    const confirmed = await context.ask(confirmAutomation, AccountView, { path, body });
    expect(confirmed.body.automation).toMatchObject({ ...body, confirmedBy: owner.personId });
    expect(Math.abs(Date.parse(confirmed.body.automation?.confirmedAt ?? '') - Date.now())).toBeLessThan(5_000);
    expect((await context.ask(getAccount, AccountView, { path })).body).toEqual(confirmed.body);
  });

  test.each([
    { label: true, bio: true },
    { label: 'yes', bio: true, managedBy: null },
    { label: true, bio: true, managedBy: '@maya' },
    { label: true, bio: true, managedBy: null, confirmedBy: 'usr_1' },
  ])('answers 400 for the checklist %j', async (body) => {
    const path = { accountId: (await connected()).body.id };
    expect(await context.ask(confirmAutomation, Problem, { path, body })).toMatchObject({ status: 400 });
  });

  test('is ready only while its table answers', async () => {
    expect((await context.ask(health.ready, z.unknown())).status).toBe(200);
    const failing = await harness({ ready: { get: () => Promise.reject(new Error('no table')) } });
    try {
      expect((await failing.ask(health.ready, Problem)).status).toBe(503);
    } finally {
      await failing.sandbox.close();
    }
  });
});

describe('the tasks', () => {
  /** What a workflow sends for a part. */
  const inputOf = ({ workspaceId, accountId, postId, campaignId, ...part }: PartInput) => ({
    ...{ workspaceId, accountId, postId, campaignId, part },
  });

  test('publish a part and read its counters, as the workflows call them', async () => {
    const account = await context.connect('acme_coffee');
    const published = z
      .object({ xPostId: z.string() })
      .parse(await context.run(contract.tasks.publishPart, inputOf(partOn(account))));
    const { workspaceId, id: accountId } = account;
    const read = await context.run(contract.tasks.readPosts, { workspaceId, accountId, xPostIds: [published.xPostId] });
    expect(read).toMatchObject({ outcome: 'read', posts: [{ xPostId: published.xPostId }] });
  });

  test.each([[[]], [['not-an-id']], [Array.from({ length: 101 }, (_, place) => String(place))]])(
    'refuse to read %j',
    async (xPostIds) => {
      const account = await context.connect('acme_coffee');
      const { workspaceId, id: accountId } = account;
      await expect(context.run(contract.tasks.readPosts, { workspaceId, accountId, xPostIds })).rejects.toThrow();
    },
  );
});
