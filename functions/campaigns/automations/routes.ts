import { assertVersion } from '#shared/http/etag.ts';
import { type Route, route } from '#shared/http/route.ts';
import { newId } from '#shared/ids.ts';
import { actorFor } from '../actor-for.ts';
import type { Deps } from '../deps.ts';
import { type Automation, type Definition, standardLimits } from '../domain/automation.ts';
import { refusedToday } from '../domain/automation-gate.ts';
import { isOpen } from '../domain/automation-run.ts';
import { cancelRun } from './cancel-run.ts';
import { checkDefinition } from './check-definition.ts';
import * as contract from './contract.ts';
import { rehearse } from './rehearse.ts';
import { resumeAll, stopAll } from './stop-all.ts';
import { nextAtOf, switchOff, switchOn } from './switch.ts';

const maxOpenRuns = 500;

/** Routes to edit, switch and rehearse automations, and to read and cancel their runs. */
export const automationRoutes = (deps: Deps): Route[] => {
  const { automations, runs, automationStops, now } = deps;
  return [
    route(contract.createAutomation, async ({ body, caller }) => {
      await checkDefinition(deps, caller, body);
      const { workspaceId } = caller;
      const made = { id: newId('aut', now()), workspaceId, status: 'off' as const, liveVersion: 1 };
      return viewOf(
        await automations.create({ ...made, ...definedBy(body), by: null, switchedAt: null, nextAt: null }, caller),
      );
    }),
    route(contract.listAutomations, async ({ query: { limit, cursor }, caller: { workspaceId } }) => {
      const scope = { operation: contract.listAutomations.id, workspaceId };
      const page = await automations.list(workspaceId, { limit, cursor, scope });
      return { ...page, items: page.items.map(viewOf) };
    }),
    route(contract.getAutomation, async ({ path: { automationId }, caller: { workspaceId } }) => {
      const automation = await automations.get(workspaceId, automationId);
      const refused = refusedToday(await runs.gate({ workspaceId, automationId }), now());
      const { per_hour: perHour, per_day: perDay, cool_down: coolDown, queue_full: queueFull } = refused;
      return { ...viewOf(automation), notStarted: { perHour, perDay, coolDown, queueFull } };
    }),
    route(contract.replaceAutomation, async ({ path, body, caller, request }) => {
      const automation = await automations.get(caller.workspaceId, path.automationId);
      assertVersion(automation, request.ifMatch);
      const isOn = automation.status === 'on';
      await checkDefinition(deps, caller, body, isOn ? caller.role : undefined);
      const next = {
        ...{ ...automation, ...definedBy(body), liveVersion: automation.liveVersion + 1 },
        ...(isOn && { by: actorFor(caller), nextAt: nextAtOf(body, now()) }),
      };
      return viewOf(await automations.save(next, caller, true));
    }),
    route(contract.deleteAutomation, async ({ path, caller }) => {
      await automations.delete(await switchOff(deps, { ...caller, id: path.automationId }, caller), caller);
      return undefined;
    }),
    route(contract.switchAutomationOn, async ({ path, caller, request }) => {
      const automation = await automations.get(caller.workspaceId, path.automationId);
      assertVersion(automation, request.ifMatch);
      return viewOf(await switchOn(deps, automation, caller));
    }),
    route(contract.switchAutomationOff, async ({ path, caller }) =>
      viewOf(await switchOff(deps, { ...caller, id: path.automationId }, caller)),
    ),
    route(contract.stopAutomations, async ({ caller }) => stopStateOf(await stopAll(deps, caller.workspaceId, caller))),
    route(contract.resumeAutomations, async ({ caller }) =>
      stopStateOf(await resumeAll(deps, caller.workspaceId, caller)),
    ),
    route(contract.getAutomationsStop, async ({ caller }) =>
      stopStateOf(await automationStops.find(caller.workspaceId)),
    ),
    route(
      contract.listAutomationVersions,
      async ({ path: { automationId }, query: { limit, cursor }, caller: { workspaceId } }) => {
        await automations.get(workspaceId, automationId);
        const scope = { operation: contract.listAutomationVersions.id, workspaceId, automationId };
        return automations.versions(workspaceId, automationId, { limit, cursor, scope });
      },
    ),
    route(
      contract.listAutomationRuns,
      async ({ path: { automationId }, query: { limit, cursor, status }, caller: { workspaceId } }) => {
        await automations.get(workspaceId, automationId);
        const scope = { operation: contract.listAutomationRuns.id, workspaceId, automationId, status };
        return runs.list({ workspaceId, automationId }, { status }, { limit, cursor, scope });
      },
    ),
    route(contract.listOpenRuns, async ({ caller: { workspaceId } }) => {
      const gates = await runs.gates(workspaceId);
      const ids = gates.flatMap(({ active, queued }) => [...active, ...queued]).slice(0, maxOpenRuns);
      const found = await runs.findAll(workspaceId, ids);
      return { items: found.filter(isOpen).toSorted((one, other) => (one.id < other.id ? -1 : 1)) };
    }),
    route(contract.getAutomationRun, async ({ path, caller }) => runs.get(caller.workspaceId, path.runId)),
    route(contract.cancelAutomationRun, async ({ path, caller }) =>
      cancelRun(deps, await runs.get(caller.workspaceId, path.runId)),
    ),
    route(contract.rehearseAutomation, async ({ body, caller }) => rehearse(deps, body, caller)),
  ];
};

const definedBy = (asked: Definition) => ({ ...asked, limits: asked.limits ?? standardLimits });

const viewOf = (automation: Automation) => {
  const { status } = automation;
  return {
    ...automation,
    status: status === 'deleted' ? ('off' as const) : status,
    switchedOnBy: automation.by?.personId ?? null,
  };
};

const stopStateOf = (stop: { isStopped: boolean; updatedAt: string } | undefined) => ({
  isStopped: stop?.isStopped ?? false,
  since: stop?.updatedAt ?? null,
});
