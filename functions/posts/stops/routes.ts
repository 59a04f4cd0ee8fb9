import { notFound } from '#shared/errors.ts';
import { findReference, patienceFor } from '#shared/events/reference.ts';
import { type Caller, type Route, route } from '#shared/http/route.ts';
import type { Deps } from '../deps.ts';
import { noStops, type ResumePolicy, type Stop, type Stopped } from '../domain/stops.ts';
import * as contract from './contract.ts';
import { countAhead, dueOf, previewResumption, type Resumed, resumePublishing } from './resume.ts';
import { stopPublishing } from './stop.ts';

const viewOf = ({ by, at, reason }: Stop, accountId: Stopped) => ({ by, at, reason, accountId });

/** Routes to stop and resume publishing. */
export const stopRoutes = (deps: Deps): Route[] => {
  const heldBy = async (workspaceId: string): Promise<number> => (await deps.posts.heldByStop(workspaceId)).length;

  const stop = async (caller: Caller, stopped: Stopped, reason: string) => {
    const { workspaceId } = caller;
    const { stop: standing, wentOut } = await stopPublishing(deps, { workspaceId, stopped, reason }, caller);
    return { stop: viewOf(standing, stopped), wentOut, held: await heldBy(workspaceId) };
  };

  const resume = async (caller: Caller, stopped: Stopped, said: { policy: ResumePolicy; preview: boolean }) => {
    const { workspaceId } = caller;
    const { policy, preview: isPreview } = said;
    const asked = { workspaceId, stopped, policy };
    // Counted before anything is released: what is published immediately is no longer ahead.
    const ahead = await countAhead(deps, workspaceId, stopped);
    const resumed = isPreview ? await previewResumption(deps, asked) : await resumePublishing(deps, asked, caller);
    return { isPreview, ...resultOf(resumed), ahead };
  };

  const assertKnown = async ({ workspaceId }: Caller, accountId: string): Promise<void> => {
    const find = () => deps.accounts.find(workspaceId, accountId);
    if (!(await findReference(find, patienceFor(accountId, deps.now(), deps.patience)))) throw notFound('account');
  };

  return [
    route(contract.stopWorkspace, async ({ body, caller }) => stop(caller, null, body.reason)),
    route(contract.resumeWorkspace, async ({ body, caller }) => resume(caller, null, body)),
    route(contract.stopAccount, async ({ path: { accountId }, body, caller }) => {
      await assertKnown(caller, accountId);
      return stop(caller, accountId, body.reason);
    }),
    route(contract.resumeAccount, async ({ path: { accountId }, body, caller }) => {
      await assertKnown(caller, accountId);
      return resume(caller, accountId, body);
    }),
    route(contract.getStops, async ({ caller: { workspaceId } }) => {
      const { workspace, accounts } = (await deps.stops.find(workspaceId)) ?? noStops(workspaceId);
      return {
        workspace: workspace && viewOf(workspace, null),
        accounts: accounts.map((each) => viewOf(each, each.accountId)),
        held: await heldBy(workspaceId),
      };
    }),
  ];
};

const resultOf = (resumed: readonly Resumed[]) => {
  const count = (wanted: Resumed['becomes']): number => resumed.filter(({ becomes }) => becomes === wanted).length;
  return {
    publish: count('publish'),
    missed: count('missed'),
    ask: count('ask'),
    stillStopped: count('still_stopped'),
    posts: resumed.slice(0, contract.mostListed).map(({ before, becomes }) => {
      const { id: postId, accountId } = before;
      return { postId, accountId, dueAt: dueOf(before), becomes };
    }),
  };
};
