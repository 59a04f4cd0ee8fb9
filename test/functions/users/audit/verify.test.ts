import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import * as contract from '#functions/users/audit/contract.ts';
import type { Checkpoint } from '#functions/users/domain/checkpoint.ts';
import { auditEvent } from '#test/support/audit-events.ts';
import { clockAt } from '#test/support/context-harness.ts';
import { owner } from '#test/support/http-event.ts';
import { harness } from '../harness.ts';
import { alter, behindTheEnd, cutOut } from '../trail.ts';

const { workspaceId } = owner;

const filled = async (length = 5, clock = clockAt('2026-11-22T10:00:00.000Z')) => {
  const users = harness(clock);
  for (let n = 1; n <= length; n += 1) await users.deps.audit.append(workspaceId, auditEvent(n));
  const verify = async (cursor?: string) => {
    const query: Record<string, string> = cursor === undefined ? {} : { cursor };
    const { status, body } = await users.call(contract.verifyAuditEvents, { as: owner, query });
    expect(status).toBe(200);
    return contract.verifyAuditEvents.response.parse(body);
  };
  const sign = async (of: Partial<Checkpoint> = {}) => {
    const { sequence, hash } = await users.deps.audit.head(workspaceId);
    const checkpoint = { workspaceId, month: '2026-10', sequence, hash, madeAt: '2026-11-01T03:00:00.000Z', ...of };
    const key = users.deps.auditKey;
    const { kid: keyId } = await key.publicKey();
    const signed = { checkpoint, keyId, signature: await key.sign(checkpoint) };
    await users.deps.checkpoints.keep(signed);
    return signed;
  };
  return { users, verify, sign };
};

describe('verifying the trail', () => {
  test('of a workspace without events finds it intact', async () => {
    const { verify } = await filled(0);
    expect(await verify()).toEqual({ verdict: 'intact', checked: 0, from: 0, through: 0, next: null, brokenAt: null });
  });

  test('follows it to its end', async () => {
    const { verify } = await filled();
    expect(await verify()).toMatchObject({ verdict: 'intact', checked: 5, through: 5 });
  });

  test('detects a row that was altered', async () => {
    const { users, verify } = await filled();
    await alter(users.table, workspaceId, 3, { note: 'Nobody of the platform writes this' });
    expect(await verify()).toMatchObject({
      verdict: 'broken',
      checked: 2,
      brokenAt: { sequence: 3, eventId: null, why: 'altered' },
    });
  });

  test('detects that the end was cut off', async () => {
    const { users, verify } = await filled();
    await cutOut(users.table, workspaceId, 4, 5);
    expect(await verify()).toMatchObject({ verdict: 'broken', through: 3, brokenAt: { sequence: 4, why: 'missing' } });
  });

  test('detects a row behind the end', async () => {
    const { users, verify } = await filled();
    await behindTheEnd(users.table, workspaceId, () => users.deps.audit.append(workspaceId, auditEvent(6)));
    expect(await verify()).toMatchObject({ verdict: 'broken', brokenAt: { sequence: 6, why: 'inserted' } });
  });

  test('detects that a signed end was cut off together with the head', async () => {
    const { users, sign } = await filled();
    const short = await filled(3);
    await sign();
    for (const signed of await users.deps.checkpoints.list(workspaceId))
      await short.users.deps.checkpoints.keep(signed);
    expect(await short.verify()).toMatchObject({ verdict: 'broken', brokenAt: { sequence: 4, why: 'missing' } });
  });

  test('finds the trail broken at a checkpoint that we did not sign', async () => {
    const { users, verify } = await filled();
    const { deps } = users;
    const { sequence, hash } = await deps.audit.head(workspaceId);
    const checkpoint = { workspaceId, month: '2026-10', sequence, hash, madeAt: '2026-11-01T03:00:00.000Z' };
    await deps.checkpoints.keep({ checkpoint, keyId: 'key', signature: 'bm9uZQ' });
    expect(await verify()).toMatchObject({ verdict: 'broken', brokenAt: { sequence: 5, why: 'not_as_signed' } });
  });

  test('starts at the checkpoint that stands for removed rows, and nowhere else', async () => {
    const { users, sign, verify } = await filled();
    await sign({ month: '2025-10', madeAt: '2025-11-01T03:00:00.000Z' });
    for (const n of [6, 7]) await users.deps.audit.append(workspaceId, auditEvent(n));
    await cutOut(users.table, workspaceId, 1, 2, 3, 4, 5);
    expect(await verify()).toMatchObject({ verdict: 'broken', brokenAt: { sequence: 1, why: 'missing' } });
    await users.deps.checkpoints.startAt(workspaceId, '2026-09');
    expect(await verify()).toMatchObject({ verdict: 'broken', brokenAt: { sequence: 1, why: 'not_as_signed' } });
    await users.deps.checkpoints.startAt(workspaceId, '2025-10');
    expect(await verify()).toMatchObject({ verdict: 'intact', from: 5, checked: 2, through: 7 });
  });

  test('does not start at a checkpoint of the last year, before which nothing may be missing', async () => {
    const { users, sign, verify } = await filled();
    await sign();
    await users.deps.audit.append(workspaceId, auditEvent(6));
    await cutOut(users.table, workspaceId, 1, 2, 3, 4, 5);
    await users.deps.checkpoints.startAt(workspaceId, '2026-10');
    expect(await verify()).toMatchObject({ verdict: 'broken', brokenAt: { sequence: 1, why: 'missing' } });
  });

  test('returns where to continue when time runs out', async () => {
    const clock = clockAt('2026-11-22T10:00:00.000Z');
    // Each reading of the clock takes a second.
    const slow = { ...clock, now: () => (clock.pass(1_000), clock.now()) };
    const { verify } = await filled(20, slow);
    const begun = await verify();
    expect(begun.verdict).toBe('unfinished');
    expect(begun.checked).toBeGreaterThan(0);
    const on = await verify(z.string().parse(begun.next));
    expect(on).toMatchObject({ from: begun.through, verdict: 'unfinished' });
  });

  test('refuses a cursor of another list', async () => {
    const { users } = await filled();
    const query = { cursor: 'WyJ4Iix7ImEiOiJiIn1d' };
    const answer = await users.call(contract.verifyAuditEvents, { as: owner, query });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_cursor' } });
  });

  test.each([contract.verifyAuditEvents, contract.listAuditCheckpoints])(
    '$id is only for owners and admins',
    async (op) => {
      const { users } = await filled();
      expect((await users.call(op, { as: { ...owner, role: 'admin' } })).status).toBe(200);
      expect((await users.call(op, { as: { ...owner, role: 'manager' } })).status).toBe(403);
    },
  );

  test('lists the signed checkpoints with the key that verifies them', async () => {
    const { users, sign } = await filled();
    const signed = await sign();
    const { body } = await users.call(contract.listAuditCheckpoints, { as: owner });
    expect(body).toMatchObject({ items: [signed], publicKey: { kty: 'OKP', crv: 'Ed25519', kid: signed.keyId } });
    const other = await users.call(contract.listAuditCheckpoints, {
      as: { ...owner, workspaceId: 'wsp_01KATJ9V5H8Q3M4N5P6R7S8TZZ' },
    });
    expect(other.body).toMatchObject({ items: [] });
  });
});
