import { DomainError } from '#shared/errors.ts';
import { assertVersion } from '#shared/http/etag.ts';
import { type Route, route } from '#shared/http/route.ts';
import { newId } from '#shared/ids.ts';
import type { HookDeps } from '../deps.ts';
import { type Hook, secretsAt, withSecret } from '../domain/hook.ts';
import * as contract from './contract.ts';
import { receive } from './receive.ts';
import { assertSecret, newSecret, sealedSecret } from './secrets.ts';

/** Routes of incoming hooks, including the one that receives requests. */
export const hookRoutes = (deps: HookDeps): Route[] => {
  const { hooks, now } = deps;

  const view = (hook: Hook) => {
    const [current, previous] = secretsAt(hook.secrets, now());
    return {
      ...hook,
      url: `${deps.publicUrl}/v1/hooks/${hook.id}`,
      secretCreatedAt: current?.createdAt ?? null,
      previousSecretUntil: previous?.until ?? null,
    };
  };

  /**
   * Seals the given secret, or a generated one, returned as `made`. For Stripe none is generated, because Stripe does.
   */
  const secretFor = async (hook: Pick<Hook, 'workspaceId' | 'id' | 'scheme'>, given: string | undefined) => {
    if (given !== undefined) assertSecret(hook.scheme, given);
    const made = given === undefined && hook.scheme !== 'stripe' ? newSecret(hook.scheme, deps.randomBytes) : null;
    const secret = given ?? made;
    return { made, sealed: secret === null ? null : sealedSecret(await deps.sealingKey(), hook, secret, now()) };
  };

  return [
    route(contract.createHook, async ({ body: { name, scheme, secret: given }, caller }) => {
      const owner = { id: newId('hok', now()), workspaceId: caller.workspaceId, scheme };
      const { made, sealed } = await secretFor(owner, given);
      const begins = { secrets: sealed ? [sealed] : [], createdBy: caller.actor, deletedAt: null };
      const hook = await hooks.create({ ...owner, name, ...begins }, caller);
      return { hook: view(hook), secret: made };
    }),
    route(contract.listHooks, async ({ query, caller: { workspaceId } }) => {
      const scope = { operation: contract.listHooks.id, workspaceId };
      const { items, nextCursor } = await hooks.list(workspaceId, { ...query, scope });
      return { items: items.map(view), nextCursor };
    }),
    route(contract.getHook, async ({ path, caller }) => view(await hooks.get(caller.workspaceId, path.hookId))),
    route(contract.changeHook, async ({ path, body, caller, request }) => {
      const hook = await hooks.get(caller.workspaceId, path.hookId);
      assertVersion(hook, request.ifMatch);
      return view(await hooks.save({ ...hook, ...body }, caller));
    }),
    route(contract.deleteHook, async ({ path, caller }) => {
      await hooks.delete(await hooks.get(caller.workspaceId, path.hookId), caller);
      return undefined;
    }),
    route(contract.rotateHookSecret, async ({ path, body, caller }) => {
      const hook = await hooks.get(caller.workspaceId, path.hookId);
      const { made, sealed } = await secretFor(hook, body.secret);
      if (!sealed) throw secretMissing();
      const secrets = withSecret(hook.secrets, sealed, now());
      return { hook: view(await hooks.save({ ...hook, secrets }, caller)), secret: made };
    }),
    route(contract.receiveHook, async ({ path: { hookId }, request: { signed, correlationId } }) => {
      if (!signed) throw new Error('The operation names no signature headers');
      return receive(deps, { hookId, signed, correlationId });
    }),
  ];
};

const secretMissing = (): DomainError =>
  new DomainError(
    'invalid',
    'hook_secret_missing',
    'Stripe generates the secret. Send the signing secret that Stripe shows for the URL.',
  );
