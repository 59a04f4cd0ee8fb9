import { assertVersion } from '#shared/http/etag.ts';
import { type Route, route } from '#shared/http/route.ts';
import { onlyForPeople } from '#shared/permissions.ts';
import type { Deps } from '../deps.ts';
import * as contract from './contract.ts';

const none = { thresholds: [], anomalies: false, goals: false, version: 0, updatedAt: null };

/** Routes of a member's alert settings. Service accounts cannot get email, and so no alerts. */
export const alertRoutes = ({ alerts }: Deps): Route[] => [
  route(contract.getAlertSettings, async ({ caller: { workspaceId, personId } }) => {
    return (await alerts.findSettings(workspaceId, personId)) ?? none;
  }),
  route(contract.setAlertSettings, async ({ body, caller, request }) => {
    const { workspaceId, personId, actor } = caller;
    if (actor.type !== 'person') throw onlyForPeople();
    const before = await alerts.findSettings(workspaceId, personId);
    assertVersion(before ?? none, request.ifMatch);
    return before
      ? alerts.saveSettings({ ...before, ...body }, caller)
      : alerts.createSettings({ workspaceId, personId, ...body }, caller);
  }),
  route(contract.deleteAlertSettings, async ({ caller: { workspaceId, personId } }) => {
    await alerts.remove(workspaceId, personId);
    return undefined;
  }),
];
