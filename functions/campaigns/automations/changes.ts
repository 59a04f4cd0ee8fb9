import * as events from '#events/campaigns.ts';
import { entityOf } from '#shared/entities.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Item } from '#shared/table.ts';
import { Automation } from '../domain/automation.ts';
import { AutomationLoop } from '../domain/automation-loop.ts';
import { AutomationRun, isOpen } from '../domain/automation-run.ts';
import { AutomationStop } from '../store/automation-stops.ts';

/** Returns the events for a write of an automation, run, loop or stop. */
export const automationEvents = (before: Item | undefined, after: Item): DomainEvent[] => {
  switch (after.type) {
    case 'automation':
      return ofAutomation(before && entityOf(Automation, before), entityOf(Automation, after));
    case 'automation_run':
      return ofRun(before && entityOf(AutomationRun, before), entityOf(AutomationRun, after));
    case 'automation_loop':
      return before ? [] : [ofLoop(entityOf(AutomationLoop, after))];
    case 'automation_stop':
      return ofStop(before && entityOf(AutomationStop, before), entityOf(AutomationStop, after));
    default:
      return [];
  }
};

const ofAutomation = (before: Automation | undefined, automation: Automation): DomainEvent[] => {
  const { id, name, status, liveVersion } = automation;
  const wasOn = before?.status === 'on';
  return [
    ...(before?.liveVersion === liveVersion
      ? []
      : [tell(events.AutomationChanged, automation, id, { name, definitionVersion: liveVersion })]),
    ...(wasOn === (status === 'on')
      ? []
      : [tell(events.AutomationSwitched, automation, id, { name, isOn: status === 'on' })]),
    ...(status === 'deleted' && before?.status !== 'deleted'
      ? [tell(events.AutomationDeleted, automation, id, { name })]
      : []),
  ];
};

const hasBegun = (run: AutomationRun | undefined): boolean => run !== undefined && run.status !== 'queued';

const ofRun = (before: AutomationRun | undefined, run: AutomationRun): DomainEvent[] => {
  const { id, automationId, automationName: name, status, end, by } = run;
  const trigger = run.trigger.type;
  return [
    ...(!hasBegun(before) && isOpen(run) && hasBegun(run)
      ? [tell(events.AutomationTriggered, run, id, { automationId, trigger })]
      : []),
    ...(before && isOpen(run) && run.resumptions > before.resumptions
      ? [tell(events.AutomationResumeRequested, run, id, { automationId })]
      : []),
    ...(status !== 'queued' && status !== 'running' && status !== 'waiting' && (!before || isOpen(before))
      ? [
          tell(events.AutomationRunEnded, run, id, {
            ...{ automationId, status, name, personId: by.personId },
            ...{ code: end?.code ?? null, message: end && withoutNames(end.message).slice(0, 2_000) },
          }),
        ]
      : []),
  ];
};

/** Removes @names, as events contain no personal names, but error messages can quote those that a post mentions. */
const withoutNames = (text: string): string => text.replace(/@\w+/g, '@…');

const ofLoop = (loop: AutomationLoop): DomainEvent => {
  const { automationId, automations, names, owners, why, eventType } = loop;
  return tell(events.AutomationLoopStopped, loop, automationId, { automations, names, owners, why, eventType });
};

const ofStop = (before: AutomationStop | undefined, stop: AutomationStop): DomainEvent[] => {
  if ((before?.isStopped ?? false) === stop.isStopped) return [];
  return [tell(stop.isStopped ? events.AutomationsStopped : events.AutomationsResumed, stop, stop.workspaceId, {})];
};
