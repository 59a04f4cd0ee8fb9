import { randomUUID } from 'node:crypto';
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { keyVersionOf } from '#functions/accounts/domain/sealed.ts';
import { AccountView } from '#functions/accounts/views.ts';
import { eventually, Marketer, newXUser, postsOnX } from '#infra/local/marketer.ts';
import { expectProblem, whereIs } from '../support/integration/answers.ts';
import { becomes, publish, write } from '../support/integration/desk.ts';
import { endOf, start } from '../support/integration/executions.ts';
import { asRoot, nameOnStage, stage, tableOf } from '../support/integration/stage.ts';
import { tokensOf } from '../support/integration/vault.ts';
import { tellX } from '../support/integration/x.ts';

const maya = new Marketer(stage, 'maya');
let workspaceId = '';
beforeAll(async () => {
  await maya.join();
  ({ workspaceId } = await whereIs(maya));
});

const connected = async () => {
  const username = await newXUser(stage);
  return { username, accountId: await maya.connect(username) };
};
const read = (accountId: string) => maya.do(AccountView, 'GET', `/v1/accounts/${accountId}`);
const probe = (accountId: string) => maya.call('POST', `/v1/accounts/${accountId}/probe`);
const longText = () => `${randomUUID()} ${'long '.repeat(60)}`.trim();

/** Adds a new key before the current one, as the runbook says. */
const rotateKey = async (): Promise<void> => {
  const secrets = new SecretsManagerClient(asRoot);
  const SecretId = nameOnStage('x-app');
  const Keys = z.looseObject({ vaultKey: z.string(), previousVaultKeys: z.array(z.string()).default([]) });
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId }));
  const before = Keys.parse(JSON.parse(SecretString ?? ''));
  const after = {
    ...before,
    vaultKey: `${randomUUID()}${randomUUID()}`,
    previousVaultKeys: [before.vaultKey, ...before.previousVaultKeys],
  };
  await secrets.send(new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify(after) }));
};

/** Makes an account due for a probe. */
const ageProbe = async (accountId: string): Promise<void> => {
  const table = await tableOf('accounts');
  const key = { pk: workspaceId, sk: `ACCOUNT#${accountId}` };
  const long = '2026-01-01T00:00:00.000Z';
  await table.update(key, {
    UpdateExpression: 'SET probedAt = :long, byProbeSk = :place',
    ExpressionAttributeValues: { ':long': long, ':place': `${long}#${workspaceId}#${accountId}` },
  });
};

describe('a person', () => {
  test('can probe an account, which updates its capabilities, also in posts, and its health', async () => {
    const { username, accountId } = await connected();
    const body = { accountId, parts: [{ text: longText() }] };
    await eventually('the account is known', async () =>
      (await maya.call('POST', '/v1/posts', { ...body, parts: [{ text: randomUUID() }] })).status === 201
        ? true
        : undefined,
    );
    expect((await maya.call('POST', '/v1/posts', body)).status).toBe(422);
    await tellX('PATCH', `users/${username}`, { subscription: 'Premium' });
    expect(await probe(accountId)).toMatchObject({
      status: 200,
      body: { capabilities: { maxWeightedLength: 25_000 }, health: 'healthy' },
    });
    await eventually('posts may be longer', async () =>
      (await maya.call('POST', '/v1/posts', body)).status === 201 ? true : undefined,
    );
    await tellX('PATCH', `users/${username}`, { locked: true });
    expect(await probe(accountId)).toMatchObject({ status: 200, body: { health: 'locked' } });
    await tellX('PATCH', `users/${username}`, { locked: false });
    expect(await probe(accountId)).toMatchObject({ status: 200, body: { health: 'healthy', healthReason: null } });
    await maya.call('DELETE', `/v1/accounts/${accountId}`);
    expectProblem(await probe(accountId), 409, 'account_disconnected');
  });

  test('can confirm the checklist that X demands of automated accounts, and the account shows it', async () => {
    const { accountId } = await connected();
    const checklist = { label: true, bio: true, managedBy: 'maya_acme' };
    const answer = await maya.call('PUT', `/v1/accounts/${accountId}/automation-checklist`, checklist);
    expect(answer.status).toBe(200);
    const { automation } = await read(accountId);
    expect(automation).toMatchObject({ ...checklist, confirmedBy: (await whereIs(maya)).personId });
  });
});

test('the refresh workflow reseals tokens under a new key and probes due accounts while posts are published', async () => {
  const { username, accountId } = await connected();
  const versionOf = async () => keyVersionOf((await tokensOf(workspaceId, accountId))?.sealed ?? '');
  const old = await versionOf();
  await rotateKey();
  const early = await write(maya, accountId, `Under the old key, ${randomUUID()}.`);
  await publish(maya, early);
  await tellX('PATCH', `users/${username}`, { subscription: 'Premium' });
  await ageProbe(accountId);
  expect(await endOf(await start('refresh-accounts', '{}'))).toBe('SUCCEEDED');
  expect(await versionOf()).not.toBe(old);
  await becomes(maya, early, 'published');
  const late = await write(maya, accountId, `Under whichever key, ${randomUUID()}.`);
  await publish(maya, late);
  await becomes(maya, late, 'published');
  expect(await postsOnX(stage, username)).toHaveLength(2);
  expect(await read(accountId)).toMatchObject({ subscription: 'Premium', capabilities: { maxWeightedLength: 25_000 } });
});
