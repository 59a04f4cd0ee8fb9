import { assertVersion } from '#shared/http/etag.ts';
import { type Route, route } from '#shared/http/route.ts';
import type { Deps } from '../deps.ts';
import { defaultRetention } from '../domain/retention.ts';
import * as contract from './contract.ts';
import { setRetention } from './set-retention.ts';

const undecided = { ...defaultRetention, version: 0, updatedAt: null };

/** Routes of the retention of metrics and reports. */
export const keepingRoutes = (deps: Deps): Route[] => [
  route(contract.getRetention, async ({ caller: { workspaceId } }) => {
    return (await deps.retention.find(workspaceId)) ?? undecided;
  }),
  route(contract.setRetention, async ({ body, caller, request }) => {
    const before = await deps.retention.find(caller.workspaceId);
    assertVersion(before ?? undecided, request.ifMatch);
    return setRetention(deps, caller.workspaceId, body, before, caller);
  }),
];
