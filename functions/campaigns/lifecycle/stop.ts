import { DomainError } from '#shared/errors.ts';
import type { Deps } from '../deps.ts';
import type { Campaign } from '../domain/campaign.ts';
import type { Pass } from '../domain/pass.ts';

/** How long to wait for passes: API Gateway times out after 30 seconds, this function after 29. */
const patienceMs = 20_000;

/** The event of a published post takes about a second to arrive. */
const everyMs = 250;

const nameOf = ({ postId, permittedAt }: Pass): string => `${postId} ${permittedAt}`;

/**
 * Waits until posts of a paused or cancelled campaign can no longer be published: each post permitted before has been
 * published or held, or its pass has expired. Later requests for a pass see the new status.
 * @throws DomainError `stop_not_settled` while something may still land at X; the stop is in force nevertheless
 */
export const untilNoneSends = async (
  { passes, sleep, now }: Pick<Deps, 'passes' | 'sleep' | 'now'>,
  { workspaceId, id: campaignId }: Campaign,
): Promise<void> => {
  const until = now().getTime() + patienceMs;
  const standing = () => passes.sending({ workspaceId, campaignId });
  for (let open = await standing(); open.length > 0;) {
    if (now().getTime() >= until) throw notSettled(open, now());
    await sleep(everyMs);
    const still = new Set((await standing()).map(nameOf));
    open = open.filter((pass) => still.has(nameOf(pass)));
  }
};

const notSettled = (standing: readonly Pass[], now: Date): DomainError => {
  const last = Math.max(...standing.map(({ landsBy }) => Date.parse(landsBy)));
  const said =
    'The campaign is stopped, but X has not yet responded to an earlier call. Repeat the request after the number of ' +
    'seconds in `Retry-After`.';
  const seconds = Math.max(1, Math.ceil((last - now.getTime()) / 1000));
  return new DomainError('unavailable', 'stop_not_settled', said, { headers: { 'Retry-After': String(seconds) } });
};
