import { createHash } from 'node:crypto';
import type { Author } from '#shared/actor.ts';
import type { Deps } from '../deps.ts';
import type { ChainPosition } from '../domain/audit-chain.ts';
import { monthBefore } from '../domain/checkpoint.ts';
import { raise } from '../security/detect.ts';
import { removeOld } from './remove-old.ts';
import { verifyTrail } from './verify.ts';

/** How long one task walks a chain, in milliseconds; the next task continues. */
const followMs = 8_000;

/** `isMore`: call the task again for the same workspace, with `place`, where this walk stopped. */
interface Progress {
  isMore: boolean;
  place: ChainPosition | null;
}

/** Returns a page of the workspaces that have an audit trail, each with its initial progress. */
export const trailsToCheckpoint = async ({ audit }: Pick<Deps, 'audit'>, next: string | null) => {
  const page = { limit: 100, cursor: next ?? undefined, scope: { task: 'trails' } };
  const { items, nextCursor } = await audit.workspaces(page);
  const progress: Progress = { isMore: true, place: null };
  return { trails: items.map((workspaceId) => ({ workspaceId, progress })), next: nextCursor };
};

/**
 * Signs a checkpoint of the past month if its events are intact, then removes events older than the workspace's
 * retention: only rows covered by a checkpoint, which then replaces them.
 */
export const checkpointTrail = async (
  deps: Deps,
  { workspaceId, place }: { workspaceId: string; place: ChainPosition | null },
  author: Author,
): Promise<Progress> => {
  const signedOnes = await deps.checkpoints.list(workspaceId);
  const month = monthBefore(deps.now());
  if (!signedOnes.some(({ checkpoint }) => checkpoint.month >= month)) {
    const stopped = await signMonth(deps, { workspaceId, month, from: place ?? signedOnes.at(-1)?.checkpoint }, author);
    if (stopped) return { isMore: true, place: stopped };
  }
  return { isMore: await removeOld(deps, workspaceId, signedOnes), place: null };
};

interface Month {
  workspaceId: string;
  month: string;
  /** Earlier events were already verified for the previous checkpoint or by the previous task. */
  from: ChainPosition | undefined;
}

/** Returns where it stopped if time ran out. A broken chain is not signed, but raises an alert. */
const signMonth = async (deps: Deps, { workspaceId, month, from }: Month, author: Author) => {
  const until = deps.now().getTime() + followMs;
  const mayGoOn = () => deps.now().getTime() < until;
  const begin = from && { sequence: from.sequence, hash: from.hash };
  const { followed } = await verifyTrail(deps, workspaceId, { from: begin, mayGoOn });
  if (followed.verdict === 'unfinished') return followed.place;
  const madeAt = deps.now().toISOString();
  if (followed.verdict === 'broken') {
    const details = { sequence: followed.sequence, why: followed.why };
    const once = `${workspaceId}/${month}/${followed.sequence}`;
    await raise(
      deps,
      { workspaceId, id: alertId(once), at: madeAt, network: null, correlationId: author.correlationId },
      { kind: 'audit_chain_broken', severity: 'high', personId: null, details },
    );
    return undefined;
  }
  if (followed.place.sequence === 0) return undefined;
  const { sequence, hash } = followed.place;
  const checkpoint = { workspaceId, month, sequence, hash, madeAt };
  const { kid: keyId } = await deps.auditKey.publicKey();
  await deps.checkpoints.keep({ checkpoint, keyId, signature: await deps.auditKey.sign(checkpoint) });
  return undefined;
};

/** The same id for the same breach in the same month, so that it is reported only once a month. */
const alertId = (once: string): string => {
  const digits = createHash('sha256').update(once).digest('hex').toUpperCase();
  return `sec_${digits.slice(0, 26)}`;
};
