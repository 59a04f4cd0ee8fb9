import { assertVersion } from '../../../shared/http/etag.ts';
import { route, type Route } from '../../../shared/http/route.ts';
import * as contract from '../contract/service-accounts.ts';
import type { Deps } from '../deps.ts';
import { assertReach } from '../domain/member.ts';
import {
  assertActive,
  mostServiceAccounts,
  openAccount,
  rotate,
  shut,
  type ServiceAccount,
} from '../domain/service-account.ts';
import { tooMany } from '../domain/team-refusals.ts';
import { roleNow } from '../standing.ts';

const withSecret = (serviceAccount: ServiceAccount, clientSecret: string) => ({
  serviceAccount,
  clientId: serviceAccount.id,
  clientSecret,
});

/** Accounts of machines. */
export const serviceAccountsRoutes = (deps: Deps): Route[] => {
  const { serviceAccounts, directory, newSecret, now } = deps;
  return [
    route(contract.createServiceAccount, async ({ body, caller }) => {
      const { workspaceId } = caller;
      assertReach(await roleNow(deps, caller, 'service-accounts:manage'), body.role);
      const active = await serviceAccounts.active(workspaceId);
      if (active.length >= mostServiceAccounts) throw tooMany('active service accounts', mostServiceAccounts);
      const secret = newSecret();
      const opened = openAccount({ workspaceId, ...body }, secret, now());
      // A crash after this leaves a user that nothing refers to: the trigger gives it no token.
      const subject = await (await directory()).admitMachine(opened.id);
      return withSecret(await serviceAccounts.create({ ...opened, subject }, caller), secret);
    }),
    route(contract.listServiceAccounts, async ({ query: { limit, cursor }, caller: { workspaceId } }) =>
      serviceAccounts.list(workspaceId, {
        limit,
        cursor,
        scope: { operation: contract.listServiceAccounts.id, workspaceId },
      }),
    ),
    route(contract.getServiceAccount, async ({ path, caller }) =>
      serviceAccounts.get(caller.workspaceId, path.serviceAccountId),
    ),
    route(contract.changeServiceAccount, async ({ path, body, caller, request }) => {
      const by = await roleNow(deps, caller, 'service-accounts:manage');
      const account = await serviceAccounts.get(caller.workspaceId, path.serviceAccountId);
      assertReach(by, account.role, body.role ?? account.role);
      assertVersion(account, request.ifMatch);
      assertActive(account);
      return serviceAccounts.save({ ...account, ...body }, caller);
    }),
    route(contract.rotateSecret, async ({ path, body, caller }) => {
      const by = await roleNow(deps, caller, 'service-accounts:manage');
      const account = await serviceAccounts.get(caller.workspaceId, path.serviceAccountId);
      assertReach(by, account.role);
      const secret = newSecret();
      return withSecret(await serviceAccounts.save(rotate(account, secret, body.overlapHours, now()), caller), secret);
    }),
    route(contract.revokeServiceAccount, async ({ path, caller }) => {
      const by = await roleNow(deps, caller, 'service-accounts:manage');
      const account = await serviceAccounts.get(caller.workspaceId, path.serviceAccountId);
      assertReach(by, account.role);
      // From here on it gets no token; asked for again, what a crash has left of its user is deleted.
      if (account.status === 'active') await serviceAccounts.save(shut(account), caller);
      await (await directory()).dismissMachine(account.id);
      return undefined;
    }),
    route(contract.issueToken, async ({ body, request }) =>
      (await import('../machine-tokens.ts')).issueToken(deps, body, request),
    ),
  ];
};
