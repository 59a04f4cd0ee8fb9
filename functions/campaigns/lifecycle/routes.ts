import { retryOnLostUpdate } from '#shared/entities.ts';
import { type Caller, type Route, route } from '#shared/http/route.ts';
import { actorFor } from '../actor-for.ts';
import type { Deps } from '../deps.ts';
import { approve, submit, take } from '../domain/campaign.ts';
import type { Transition } from '../domain/lifecycle.ts';
import { campaignReader } from '../read-campaign.ts';
import { viewOf } from '../views.ts';
import * as contract from './contract.ts';
import { untilNoneSends } from './stop.ts';

/** The status that a stop leads to. */
const statusOf = { pause: 'paused', cancel: 'cancelled' } as const;

/** Routes to review, pause, cancel and archive campaigns. */
export const lifecycleRoutes = (deps: Deps): Route[] => {
  const { campaigns, now } = deps;
  const read = campaignReader(deps);
  const doing = (caller: Caller, note: string | null) => ({ by: caller.personId, now: now(), note });

  /** An operation that only makes a transition. */
  const plainly = (operation: typeof contract.pauseCampaign, transition: Transition): Route =>
    route(operation, async ({ path, body: { note }, caller, request }) =>
      // A launch or run can write the campaign at the same time; the caller need not retry.
      retryOnLostUpdate(async () => {
        const campaign = take(await read(caller, path, request), transition, doing(caller, note));
        return viewOf(await campaigns.save(campaign, caller), caller);
      }),
    );

  /**
   * An operation that stops the campaign: once it is written, campaigns.permit permits no post, and the response is
   * sent when no post permitted earlier can still land at X. A repeated request waits again.
   */
  const stopping = (operation: typeof contract.pauseCampaign, transition: 'pause' | 'cancel'): Route =>
    route(operation, async ({ path, body: { note }, caller, request }) => {
      const stopped = await retryOnLostUpdate(async () => {
        const campaign = await read(caller, path, request);
        if (campaign.status === statusOf[transition]) return campaign;
        return campaigns.save(take(campaign, transition, doing(caller, note)), caller);
      });
      await untilNoneSends(deps, stopped);
      return viewOf(await campaigns.get(stopped.workspaceId, stopped.id), caller);
    });

  return [
    route(contract.submitCampaign, async ({ path, body: { reportVersion, note }, caller, request }) => {
      const draft = await read(caller, path, request);
      return viewOf(
        await campaigns.save(submit(draft, reportVersion, actorFor(caller), doing(caller, note)), caller),
        caller,
      );
    }),
    route(contract.approveCampaign, async ({ path, body: { reportVersion, note }, caller, request }) => {
      const submitted = await read(caller, path, request);
      return viewOf(
        await campaigns.save(approve(submitted, reportVersion, actorFor(caller), doing(caller, note)), caller),
        caller,
      );
    }),
    route(contract.requestCampaignChanges, async ({ path, body: { note }, caller, request }) => {
      const campaign = take(await read(caller, path, request), 'request_changes', doing(caller, note));
      return viewOf(await campaigns.save(campaign, caller), caller);
    }),
    plainly(contract.reviseCampaign, 'revise'),
    stopping(contract.pauseCampaign, 'pause'),
    stopping(contract.cancelCampaign, 'cancel'),
    plainly(contract.archiveCampaign, 'archive'),
  ];
};
