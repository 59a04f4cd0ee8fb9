import { describe, expect, test } from 'vitest';
import { checkpointTrail, trailsToCheckpoint } from '#functions/users/audit/checkpoint-trail.ts';
import { verifyTrail } from '#functions/users/audit/verify.ts';
import { systemAuthor } from '#shared/actor.ts';
import { auditEvent } from '#test/support/audit-events.ts';
import { clockAt } from '#test/support/context-harness.ts';
import { harness } from '../harness.ts';
import { alter, rowsOf } from '../trail.ts';

const day = 24 * 60 * 60 * 1000;
const author = systemAuthor('users', { correlationId: 'execution-1' });

const trail = async (length = 3, clock = clockAt('2026-12-01T03:00:00.000Z')) => {
  const users = harness(clock);
  const { workspaceId } = await users.ada();
  const { deps } = users;
  const add = async (n: number) => deps.audit.append(workspaceId, auditEvent(n));
  for (let n = 1; n <= length; n += 1) await add(n);
  const checkpoint = (place: Parameters<typeof checkpointTrail>[1]['place'] = null) =>
    checkpointTrail(deps, { workspaceId, place }, author);
  const verdict = async () => (await verifyTrail(deps, workspaceId, { mayGoOn: () => true })).followed;
  const rows = () => rowsOf(deps, workspaceId);
  const signed = () => deps.checkpoints.list(workspaceId);
  return { deps, clock, workspaceId, add, checkpoint, verdict, rows, signed };
};

describe('checkpointing a trail', () => {
  test('signs how far it reaches, once for the month that ended', async () => {
    const { deps, workspaceId, add, checkpoint, rows, signed } = await trail();
    expect(await checkpoint()).toEqual({ isMore: false, place: null });
    await add(4);
    await checkpoint();
    const [first, ...others] = await signed();
    expect(others).toEqual([]);
    expect(first?.checkpoint).toEqual({
      workspaceId,
      month: '2026-11',
      sequence: 3,
      hash: (await rows())[2]?.link?.hash,
      madeAt: '2026-12-01T03:00:00.000Z',
    });
    const key = deps.auditKey;
    expect(await key.isOwn(first?.checkpoint, first?.signature ?? '')).toBe(true);
    expect(await key.isOwn({ ...first?.checkpoint, sequence: 2 }, first?.signature ?? '')).toBe(false);
  });

  test('signs the next month once it has ended', async () => {
    const { clock, add, checkpoint, signed } = await trail();
    await checkpoint();
    clock.pass(31 * day);
    await add(4);
    await checkpoint();
    expect((await signed()).map(({ checkpoint }) => [checkpoint.month, checkpoint.sequence])).toEqual([
      ['2026-11', 3],
      ['2026-12', 4],
    ]);
  });

  test('signs nothing for an empty trail', async () => {
    const { checkpoint, signed } = await trail(0);
    await checkpoint();
    expect(await signed()).toEqual([]);
  });

  test('signs nothing for a broken chain, and raises one alert', async () => {
    const { deps, workspaceId, checkpoint, signed } = await trail();
    await alter(deps.table, workspaceId, 2, { note: 'Nobody of the platform writes this' });
    await checkpoint();
    await checkpoint();
    expect(await signed()).toEqual([]);
    const { items } = await deps.security.list(workspaceId, { limit: 10, scope: {} });
    expect(items).toMatchObject([
      { kind: 'audit_chain_broken', severity: 'high', personId: null, details: { sequence: 2, why: 'altered' } },
    ]);
  });

  test('continues where it stopped when the chain is long', async () => {
    const clock = clockAt('2026-12-01T03:00:00.000Z');
    const slow = { ...clock, now: () => (clock.pass(1_000), clock.now()) };
    const { checkpoint, signed } = await trail(20, slow);
    let progress = await checkpoint();
    expect(progress.isMore).toBe(true);
    for (let rounds = 0; progress.isMore && rounds < 20; rounds += 1) progress = await checkpoint(progress.place);
    expect(progress.isMore).toBe(false);
    expect((await signed())[0]?.checkpoint.sequence).toBe(20);
  });

  test('removes what has exceeded the retention period and has a checkpoint; the rest verifies from there', async () => {
    const { clock, add, checkpoint, verdict, rows } = await trail();
    await checkpoint();
    clock.pass(31 * day);
    await add(4);
    await checkpoint();
    // Kept for 730 days by default.
    clock.pass(698 * day);
    await checkpoint();
    expect((await rows()).map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
    clock.pass(2 * day);
    await checkpoint();
    expect((await rows()).map(({ sequence }) => sequence)).toEqual([4]);
    expect(await verdict()).toMatchObject({ verdict: 'intact', checked: 1, place: { sequence: 4 } });
  });

  test('keeps at least a year, whatever the settings say', async () => {
    const { deps, workspaceId, clock, checkpoint, rows } = await trail();
    await checkpoint();
    const workspace = await deps.people.getWorkspace(workspaceId);
    await deps.people.saveWorkspace(
      { ...workspace, settings: { ...workspace.settings, auditRetentionDays: 1 } },
      author,
    );
    clock.pass(364 * day);
    await checkpoint();
    expect(await rows()).toHaveLength(3);
    clock.pass(2 * day);
    await checkpoint();
    expect(await rows()).toHaveLength(0);
  });

  test('finds every workspace that has a trail', async () => {
    const { deps, workspaceId } = await trail();
    expect(await trailsToCheckpoint(deps, null)).toEqual({
      trails: [{ workspaceId, progress: { isMore: true, place: null } }],
      next: null,
    });
  });
});
