import { retryOnLostUpdate } from '#shared/entities.ts';
import { DomainError } from '#shared/errors.ts';
import type { Caller } from '#shared/http/route.ts';
import type { Deps } from '../deps.ts';
import type { Lease } from '../domain/lease.ts';
import { noStops, type Stop, stopOf, type Stopped, withStop } from '../domain/stops.ts';

/** How long to wait for the leases to end: API Gateway gives a request 30 seconds, and this function 29. */
const patienceMs = 20_000;

/** Pause between reads of the leases: a post takes about a second on its way to X. */
const everyMs = 250;

/**
 * Stops publishing for an account or the workspace, and returns once no further post can be published. The stop is
 * written before the leases are read, and a claim writes its lease before it reads the stops: whichever comes second
 * sees the other.
 * @throws DomainError `stop_not_settled` while a call may still reach X; the stop is in force all the same
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
 * Waits until nothing that was begun before the stop can still reach X: each lease is ended by its execution, or
 * expires. Whoever takes one later finds the stop.
 * @returns ids of the posts and reposts that were on their way
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
