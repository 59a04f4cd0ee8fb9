import { retryOnLostUpdate } from '#shared/entities.ts';
import { DomainError } from '#shared/errors.ts';
import type { Caller } from '#shared/http/route.ts';
import type { Deps } from '../deps.ts';
import type { Lease } from '../domain/lease.ts';
import { noStops, type Stop, stopOf, type Stopped, withStop } from '../domain/stops.ts';

/** How long the leases are waited for: API Gateway gives a request 30 seconds, and this function 29. */
const patienceMs = 20_000;

/** A post takes about a second on its way to X. */
const everyMs = 250;

/**
 * Stops publishing of an account or of the workspace, and returns when no further post can go out. The stop is written
 * before the leases are read, and a claim writes its lease before it reads the stops: whichever comes second sees the
 * other.
 * @throws DomainError `stop_not_settled` while something may still land at X; the stop is in force all the same
 */
export const stopPublishing = async (
  deps: Deps,
  { workspaceId, stopped, reason }: { workspaceId: string; stopped: Stopped; reason: string },
  caller: Caller,
): Promise<{ stop: Stop; wentOut: number }> => {
  const stop = await retryOnLostUpdate(async () => {
    const stops = (await deps.stops.find(workspaceId)) ?? noStops(workspaceId);
    const wanted = { by: caller.personId, at: deps.now().toISOString(), reason };
    const next = withStop(stops, stopped, wanted);
    if (next !== stops) await deps.stops.save(next, caller);
    return stopOf(next, stopped) ?? wanted;
  });
  const ended = await untilNoneSends(deps, workspaceId, stopped);
  const posts = await Promise.all(ended.map((subjectId) => deps.posts.find(workspaceId, subjectId)));
  return { stop, wentOut: posts.filter((post) => post?.status === 'published').length };
};

/**
 * Waits until nothing that was begun before the stop can land at X any more: each lease is ended by the execution that
 * has it, or runs out. Whoever takes one later finds the stop. @returns the posts and reposts that were on their way
 */
const untilNoneSends = async (
  { leases, sleep, now }: Pick<Deps, 'leases' | 'sleep' | 'now'>,
  workspaceId: string,
  stopped: Stopped,
): Promise<string[]> => {
  const standing = async (): Promise<Lease[]> =>
    (await leases.standing(workspaceId)).filter(({ accountId }) => stopped === null || accountId === stopped);
  const nameOf = ({ subjectId, execution, sendBy }: Lease): string => `${subjectId} ${execution} ${sendBy}`;
  const until = now().getTime() + patienceMs;
  const before = await standing();
  for (let open = before; open.length > 0;) {
    if (now().getTime() >= until) throw notSettled(open, now());
    await sleep(everyMs);
    const still = new Set((await standing()).map(nameOf));
    open = open.filter((lease) => still.has(nameOf(lease)));
  }
  return before.map(({ subjectId }) => subjectId);
};

const notSettled = (standing: readonly Lease[], now: Date): DomainError => {
  const last = Math.max(...standing.map(({ landsBy }) => Date.parse(landsBy)));
  const said =
    'Publishing is stopped, but X has not yet responded to an earlier call. Repeat the request after the number of ' +
    'seconds in `Retry-After`.';
  const seconds = Math.max(1, Math.ceil((last - now.getTime()) / 1000));
  return new DomainError('unavailable', 'stop_not_settled', said, { headers: { 'Retry-After': String(seconds) } });
};
