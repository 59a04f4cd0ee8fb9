import type { Deps } from '../deps.ts';
import { type Breach, type ChainPosition, followChain, type Followed, origin } from '../domain/audit-chain.ts';
import { keptSince } from '../domain/audit-retention.ts';
import type { SignedCheckpoint } from '../domain/checkpoint.ts';

interface Verification {
  /** Where the walk began: after the checkpoint that replaces removed rows, or at the first event. */
  from: ChainPosition;
  followed: Followed;
}

type Needs = Pick<Deps, 'audit' | 'checkpoints' | 'auditKey' | 'now'>;

/**
 * Walks a workspace's chain row by row, in constant memory, from its start (or from where an earlier walk stopped) to
 * its end, and compares it with every signed checkpoint. Stops once `mayGoOn` returns false.
 */
export const verifyTrail = async (
  deps: Needs,
  workspaceId: string,
  { from: resumed, mayGoOn }: { from?: ChainPosition | undefined; mayGoOn: () => boolean },
): Promise<Verification> => {
  const { audit, checkpoints } = deps;
  const [signedOnes, startMonth] = await Promise.all([
    checkpoints.list(workspaceId),
    checkpoints.startMonth(workspaceId),
  ]);
  const forged = await forgedAmong(deps, workspaceId, signedOnes);
  if (forged) return broken(forged.checkpoint.sequence, 'not_as_signed');
  const start = signedOnes.find(({ checkpoint }) => checkpoint.month === startMonth)?.checkpoint;
  if (startMonth !== undefined && !start) return broken(1, 'not_as_signed');
  // More recent than the shortest retention allows, so the missing events were not removed by the platform.
  if (start && start.madeAt >= keptSince(deps.now(), 0)) return broken(1, 'missing');
  const from = resumed ?? start ?? origin;
  const signed = new Map(signedOnes.map(({ checkpoint: { sequence, hash } }) => [sequence, hash]));

  let place: ChainPosition = from;
  let checked = 0;
  for (;;) {
    const followed = await followChain(audit.rows(workspaceId, place.sequence), { from: place, signed, mayGoOn });
    checked += followed.checked;
    if (followed.verdict !== 'intact') return { from, followed: { ...followed, checked } };
    // Read after the rows: the head only advances, so it cannot be behind any of them.
    const end = await audit.head(workspaceId);
    const ended = { ...followed, checked };
    const isAtEnd = end.sequence === followed.place.sequence;
    if (isAtEnd && end.hash === followed.place.hash) return { from, followed: endedBefore(signed, ended) };
    const isStuck = followed.checked === 0;
    if (isAtEnd || isStuck || end.sequence < followed.place.sequence) {
      const why = isAtEnd ? 'not_linked' : end.sequence < followed.place.sequence ? 'inserted' : 'missing';
      const sequence = Math.min(end.sequence, followed.place.sequence) + (isAtEnd ? 0 : 1);
      return { from, followed: { ...ended, verdict: 'broken', sequence, eventId: null, why } };
    }
    place = followed.place;
  }
};

/** A chain that ends before a signed checkpoint has lost its last rows and its head. */
const endedBefore = (signed: ReadonlyMap<number, string>, followed: Followed): Followed => {
  const isShort = [...signed.keys()].some((sequence) => sequence > followed.place.sequence);
  if (!isShort) return followed;
  return { ...followed, verdict: 'broken', sequence: followed.place.sequence + 1, eventId: null, why: 'missing' };
};

const forgedAmong = async (
  { auditKey }: Needs,
  workspaceId: string,
  signedOnes: readonly SignedCheckpoint[],
): Promise<SignedCheckpoint | undefined> => {
  for (const signed of signedOnes) {
    const { checkpoint, signature } = signed;
    if (checkpoint.workspaceId !== workspaceId || !(await auditKey.isOwn(checkpoint, signature))) return signed;
  }
  return undefined;
};

const broken = (sequence: number, why: Breach): Verification => ({
  from: origin,
  followed: { verdict: 'broken', place: origin, checked: 0, sequence, eventId: null, why },
});
