import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { AttemptRefused } from '#events/platform.ts';
import { listAuditCheckpoints, listAuditEvents, verifyAuditEvents } from '#functions/users/audit/contract.ts';
import { AuditExportView } from '#functions/users/audit/export-contract.ts';
import type { Checkpoint, SignedCheckpoint } from '#functions/users/domain/checkpoint.ts';
import { listSecurityEvents } from '#functions/users/security/contract.ts';
import { auditStore } from '#functions/users/store/audit.ts';
import { checkpointStore } from '#functions/users/store/checkpoints.ts';
import { eventually, Marketer } from '#infra/local/marketer.ts';
import { signingKeyFrom } from '#shared/signing-key.ts';
import { expectProblem, whereIs } from '../support/integration/answers.ts';
import { detailOf, putOnBus, spyOn } from '../support/integration/bus.ts';
import { endOf, start } from '../support/integration/executions.ts';
import { giveRole } from '../support/integration/members.ts';
import { asRoot, nameOnStage, stage, tableOf } from '../support/integration/stage.ts';

const nora = new Marketer(stage, 'nora');
beforeAll(async () => {
  await nora.join();
});

/** A checkpoint signed with the stage's own key. */
const signed = async (checkpoint: Checkpoint): Promise<SignedCheckpoint> => {
  const command = new GetSecretValueCommand({ SecretId: nameOnStage('audit') });
  const { SecretString } = await new SecretsManagerClient(asRoot).send(command);
  const key = signingKeyFrom(z.string().parse(SecretString), 'audit/1');
  return { checkpoint, keyId: (await key.publicKey()).kid, signature: await key.sign(checkpoint) };
};

const refusedEvents = () =>
  nora.do(listAuditEvents.response, 'GET', '/v1/audit-events?eventType=attempt.refused').then(({ items }) => items);

describe('the audit trail of a workspace', () => {
  test('records refused attempts with actor and network, and aggregates many into few events', async () => {
    const { personId, workspaceId } = await whereIs(nora);
    await using spy = await spyOn(workspaceId);
    await giveRole(nora, 'analyst');
    for (let n = 0; n < 40; n += 1)
      expectProblem(await nora.call('GET', '/v1/audit-events'), 403, 'role_lacks_permission');
    await giveRole(nora, 'owner');
    const [refused] = await eventually('the refusal in the trail', async () => {
      const found = await refusedEvents();
      return found.length > 0 ? found : undefined;
    });
    expect(refused).toMatchObject({
      entityId: 'listAuditEvents',
      actor: { type: 'person', id: personId },
      outcome: 'refused',
      data: { context: 'users', operation: 'listAuditEvents', status: 403, role: 'analyst' },
    });
    expect(refused?.network).toMatch(/\/(24|48)$/);
    await spy.hears('the refusal', ({ entityId }) => entityId === 'listAuditEvents');
    // How many of the 40 refusals share a window of one container is chance, hence the loose bound.
    expect((await refusedEvents()).length).toBeLessThan(20);
  });

  test('verifies as intact, gets a signed checkpoint, and is exported as CSV', async () => {
    const verdict = await nora.do(verifyAuditEvents.response, 'GET', '/v1/audit-events/verify');
    expect(verdict).toMatchObject({ verdict: 'intact', from: 0, brokenAt: null });
    expect(verdict.checked).toBeGreaterThan(2);

    expect(await endOf(await start('checkpoint-audit-trail', '{}'))).toBe('SUCCEEDED');
    const { items, publicKey } = await nora.do(listAuditCheckpoints.response, 'GET', '/v1/audit-events/checkpoints');
    expect(items).toMatchObject([{ keyId: publicKey.kid }]);
    expect(items[0]?.checkpoint.sequence).toBeGreaterThanOrEqual(verdict.through);
    expect(await nora.do(verifyAuditEvents.response, 'GET', '/v1/audit-events/verify')).toMatchObject({
      verdict: 'intact',
    });

    const from = new Date(Date.now() - 3_600_000).toISOString();
    const body = { from, to: new Date().toISOString(), format: 'csv' };
    const { id } = await nora.do(AuditExportView, 'POST', '/v1/audit-events/exports', body);
    const ready = await eventually('the file', async () => {
      const found = await nora.do(AuditExportView, 'GET', `/v1/audit-events/exports/${id}`);
      return found.status === 'requested' ? undefined : found;
    });
    expect(ready.status).toBe('ready');
    const file = await fetch(z.string().parse(ready.link?.url));
    expect(file.status).toBe(200);
    expect(file.headers.get('content-type')).toContain('text/csv');
    const lines = (await file.text()).trimEnd().split('\r\n');
    expect(lines).toHaveLength(ready.events + 1);
    expect(lines.join('\n')).toContain('"user.registered"');
  });

  test('drops events past the retention period up to a checkpoint, and verifies from there', async () => {
    const otto = new Marketer(stage, 'otto');
    await otto.join();
    const { personId, workspaceId } = await whereIs(otto);
    await eventually('two events in the trail', async () => {
      const path = `/v1/audit-events?actorId=${personId}`;
      return (await otto.do(listAuditEvents.response, 'GET', path)).items.length >= 2 ? true : undefined;
    });
    const table = await tableOf('users');
    const [, second] = await Array.fromAsync(auditStore(table).rows(workspaceId, 0));
    const hash = z.string().parse(second?.link?.hash);
    const madeAt = '2024-02-01T03:00:00.000Z';
    await checkpointStore(table).keep(await signed({ workspaceId, month: '2024-01', sequence: 2, hash, madeAt }));

    expect(await endOf(await start('checkpoint-audit-trail', '{}'))).toBe('SUCCEEDED');
    const rows = await Array.fromAsync(auditStore(table).rows(workspaceId, 0));
    expect(rows.some(({ sequence }) => sequence <= 2)).toBe(false);
    const verdict = await otto.do(verifyAuditEvents.response, 'GET', '/v1/audit-events/verify');
    expect(verdict).toMatchObject({ verdict: 'intact', from: 2 });
  });

  test('raises a security event for repeated denials and announces an alert mail', async () => {
    // A person without refusals so far: those within the same five minutes count together.
    const olga = await new Marketer(stage, 'olga').join();
    const { personId, workspaceId } = await whereIs(olga);
    await using spy = await spyOn(workspaceId);
    const data = {
      context: 'posts',
      operation: 'approvePost',
      status: 403,
      code: 'role_lacks_permission',
      role: 'analyst' as const,
      network: null,
      attempts: 30,
    };
    const said = detailOf(AttemptRefused, { workspaceId, entityId: 'approvePost', entityVersion: 1, data });
    await putOnBus(AttemptRefused, { ...said, actor: { type: 'person', id: personId } });
    await spy.hears('the alert', ({ data }) => data['kind'] === 'repeated_denials');
    const { items } = await olga.do(listSecurityEvents.response, 'GET', '/v1/security-events');
    expect(items).toMatchObject([{ kind: 'repeated_denials', severity: 'high', personId }]);
    await spy.hears('the mail', ({ data }) => data['kind'] === 'security_alert');
  });
});
