import { describe, expect, test } from 'vitest';
import { checkpointTrail, trailsToCheckpoint } from '#functions/users/audit/checkpoint-trail.ts';
import { verifyTrail } from '#functions/users/audit/verify.ts';
import { systemAuthor } from '#shared/actor.ts';
import { auditEvent } from '#test/support/audit-events.ts';
import { clockAt, drive } from '../drive.ts';

const day = 24 * 60 * 60 * 1000;
const author = systemAuthor('users', 'execution-1');

const trail = async (length = 3, clock = clockAt('2026-12-01T03:00:00.000Z')) => {
  const users = drive(clock);
  const { workspaceId } = await users.ada();
  const { memory } = users;
  const add = async (n: number) => memory.audit.append(workspaceId, auditEvent(n));
  for (let n = 1; n <= length; n += 1) await add(n);
  const checkpoint = (place: Parameters<typeof checkpointTrail>[1]['place'] = null) =>
    checkpointTrail(memory, { workspaceId, place }, author);
  const verdict = async () => (await verifyTrail(memory, workspaceId, { mayGoOn: () => true })).followed;
  const rows = () => memory.audit.chain(workspaceId);
  return { memory, clock, workspaceId, add, checkpoint, verdict, rows, signed: memory.checkpoints.kept };
};

describe('looking after a trail', () => {
  test('signs how far it reached, once for the month that ended', async () => {
    const { memory, workspaceId, add, checkpoint, rows, signed } = await trail();
    expect(await checkpoint()).toEqual({ isMore: false, place: null });
    await add(4);
    await checkpoint();
    expect(signed).toHaveLength(1);
    expect(signed[0]?.checkpoint).toEqual({
      workspaceId,
      month: '2026-11',
      sequence: 3,
      hash: rows()[2]?.link?.hash,
      madeAt: '2026-12-01T03:00:00.000Z',
    });
    const key = memory.auditKey;
    expect(await key.isOwn(signed[0]?.checkpoint, signed[0]?.signature ?? '')).toBe(true);
    expect(await key.isOwn({ ...signed[0]?.checkpoint, sequence: 2 }, signed[0]?.signature ?? '')).toBe(false);
  });

  test('signs the next month when it has ended', async () => {
    const { clock, add, checkpoint, signed } = await trail();
    await checkpoint();
    clock.pass(31 * day);
    await add(4);
    await checkpoint();
    expect(signed.map(({ checkpoint }) => [checkpoint.month, checkpoint.sequence])).toEqual([
      ['2026-11', 3],
      ['2026-12', 4],
    ]);
  });

  test('signs nothing of a trail that is empty', async () => {
    const { checkpoint, signed } = await trail(0);
    await checkpoint();
    expect(signed).toEqual([]);
  });

  test('signs nothing of a broken chain, and raises one alert', async () => {
    const { memory, workspaceId, checkpoint, rows, signed } = await trail();
    rows()[1] = { sequence: 2, link: undefined };
    await checkpoint();
    await checkpoint();
    expect(signed).toEqual([]);
    const { items } = await memory.security.list(workspaceId, { limit: 10, scope: {} });
    expect(items).toMatchObject([
      { kind: 'audit_chain_broken', severity: 'high', personId: null, details: { sequence: 2, why: 'altered' } },
    ]);
  });

  test('goes on where it stopped when a chain is long', async () => {
    const clock = clockAt('2026-12-01T03:00:00.000Z');
    const slow = { ...clock, now: () => (clock.pass(1_000), clock.now()) };
    const { checkpoint, signed } = await trail(20, slow);
    let progress = await checkpoint();
    expect(progress.isMore).toBe(true);
    for (let rounds = 0; progress.isMore && rounds < 20; rounds += 1) progress = await checkpoint(progress.place);
    expect(progress.isMore).toBe(false);
    expect(signed[0]?.checkpoint.sequence).toBe(20);
  });

  test('removes what is older than the workspace keeps, behind a checkpoint; the rest verifies from there', async () => {
    const { clock, add, checkpoint, verdict, rows } = await trail();
    await checkpoint();
    clock.pass(31 * day);
    await add(4);
    await checkpoint();
    // Kept for 730 days unless a workspace decides otherwise.
    clock.pass(698 * day);
    await checkpoint();
    expect(rows().map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
    clock.pass(2 * day);
    await checkpoint();
    expect(rows().map(({ sequence }) => sequence)).toEqual([4]);
    expect(await verdict()).toMatchObject({ verdict: 'intact', checked: 1, place: { sequence: 4 } });
  });

  test('keeps a year of it at least, whatever the settings say', async () => {
    const { memory, workspaceId, clock, checkpoint, rows } = await trail();
    await checkpoint();
    const workspace = await memory.people.getWorkspace(workspaceId);
    await memory.people.saveWorkspace(
      { ...workspace, settings: { ...workspace.settings, auditRetentionDays: 1 } },
      author,
    );
    clock.pass(364 * day);
    await checkpoint();
    expect(rows()).toHaveLength(3);
    clock.pass(2 * day);
    await checkpoint();
    expect(rows()).toHaveLength(0);
  });

  test('finds every workspace that has a trail', async () => {
    const { memory, workspaceId } = await trail();
    expect(await trailsToCheckpoint(memory, null)).toEqual({
      trails: [{ workspaceId, progress: { isMore: true, place: null } }],
      next: null,
    });
  });
});
