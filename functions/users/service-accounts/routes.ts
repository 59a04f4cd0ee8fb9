import { assertVersion } from '#shared/http/etag.ts';
import { type Route, route } from '#shared/http/route.ts';
import type { Deps } from '../deps.ts';
import { tooMany } from '../domain/bounds.ts';
import { perDay } from '../domain/daily-limit.ts';
import { assertReach } from '../domain/role-reach.ts';
import {
  assertActive,
  openAccount,
  rotate,
  type ServiceAccount,
  serviceAccountsBound,
} from '../domain/service-account.ts';
import * as contract from './contract.ts';
import { issueToken } from './issue-token.ts';
import { revoke } from './revoke.ts';
import { serviceAccountViewer } from './service-account-view.ts';

/** Routes of service accounts. */
export const serviceAccountsRoutes = (deps: Deps): Route[] => {
  const { serviceAccounts, directory, newSecret, now } = deps;

  const withSecret = async (account: ServiceAccount, clientSecret: string) => ({
    serviceAccount: await serviceAccountViewer(deps, account.workspaceId)(account),
    clientId: account.id,
    clientSecret,
  });

  return [
    route(contract.createServiceAccount, async ({ body, caller }) => {
      const { workspaceId } = caller;
      assertReach(caller.role, body.role);
      const active = await serviceAccounts.active(workspaceId);
      if (active.length >= serviceAccountsBound.most) throw tooMany(serviceAccountsBound);
      await deps.dailyLimits.count(workspaceId, 'service_account', perDay.serviceAccount, caller.people);
      const secret = newSecret();
      const opened = openAccount({ workspaceId, createdBy: caller.personId, ...body }, secret, now());
      // A crash after this leaves an unused user, for whom the trigger refuses every token.
      const subject = await directory.createMachineUser(opened.id);
      return withSecret(await serviceAccounts.create({ ...opened, subject }, caller), secret);
    }),
    route(contract.listServiceAccounts, async ({ query: { limit, cursor }, caller: { workspaceId } }) => {
      const scope = { operation: contract.listServiceAccounts.id, workspaceId };
      const { items, nextCursor } = await serviceAccounts.list(workspaceId, { limit, cursor, scope });
      return { items: await Promise.all(items.map(serviceAccountViewer(deps, workspaceId))), nextCursor };
    }),
    route(contract.getServiceAccount, async ({ path, caller: { workspaceId } }) =>
      serviceAccountViewer(deps, workspaceId)(await serviceAccounts.get(workspaceId, path.serviceAccountId)),
    ),
    route(contract.changeServiceAccount, async ({ path, body, caller, request }) => {
      const { role: by } = caller;
      const account = await serviceAccounts.get(caller.workspaceId, path.serviceAccountId);
      assertReach(by, account.role, body.role ?? account.role);
      assertVersion(account, request.ifMatch);
      assertActive(account);
      return serviceAccountViewer(
        deps,
        caller.workspaceId,
      )(await serviceAccounts.save({ ...account, ...body }, caller));
    }),
    route(contract.rotateServiceAccountSecret, async ({ path, body, caller }) => {
      const { role: by } = caller;
      const account = await serviceAccounts.get(caller.workspaceId, path.serviceAccountId);
      assertReach(by, account.role);
      const secret = newSecret();
      const rotated = rotate(account, secret, { by: caller.personId, ...body }, now());
      return withSecret(await serviceAccounts.save(rotated, caller), secret);
    }),
    route(contract.revokeServiceAccount, async ({ path, caller }) => {
      const { role: by } = caller;
      const account = await serviceAccounts.get(caller.workspaceId, path.serviceAccountId);
      assertReach(by, account.role);
      await revoke(deps, account, caller);
      return undefined;
    }),
    route(contract.issueToken, async ({ body, request }) => issueToken(deps, body, request)),
  ];
};
