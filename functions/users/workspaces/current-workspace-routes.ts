import { DomainError } from '#shared/errors.ts';
import { assertVersion } from '#shared/http/etag.ts';
import { type Caller, type Route, route } from '#shared/http/route.ts';
import { knownTimeZone } from '#shared/http/time-zone.ts';
import type { Deps } from '../deps.ts';
import * as contract from './current-workspace-contract.ts';
import { workspaceView } from './workspace-view.ts';

/** Routes of the workspace of the access token. */
export const currentWorkspaceRoutes = (deps: Deps): Route[] => {
  const { people } = deps;
  return [
    route(contract.getWorkspace, async ({ caller }) =>
      workspaceView(await people.getWorkspace(caller.workspaceId), caller.role),
    ),
    route(contract.changeWorkspace, async ({ body, caller, request }) => {
      const workspace = await people.getWorkspace(caller.workspaceId);
      assertVersion(workspace, request.ifMatch);
      if (body.requireMfa === true && !workspace.settings.requireMfa) await assertHasMfa(deps, caller);
      const timeZone = body.timeZone === undefined ? workspace.settings.timeZone : knownTimeZone(body.timeZone);
      return people.saveWorkspace({ ...workspace, settings: { ...workspace.settings, ...body, timeZone } }, caller);
    }),
  ];
};

/** @throws DomainError `own_mfa_missing`: someone without a second factor would lock themselves out by requiring one */
const assertHasMfa = async ({ people }: Pick<Deps, 'people'>, { workspaceId, personId }: Caller): Promise<void> => {
  const membership = await people.findMembership(workspaceId, personId);
  const person = membership && (await people.find(membership.subject));
  if (person?.hasMfa === true) return;
  const message = 'can only be switched on by someone who has a second factor';
  throw new DomainError(
    'conflict',
    'own_mfa_missing',
    'You have no second factor. Enrol one before you require it from all members.',
    { fields: [{ path: 'body.requireMfa', code: 'own_mfa_missing', message }] },
  );
};
