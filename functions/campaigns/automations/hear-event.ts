import { lostUpdate } from '#shared/entities.ts';
import type { Deps } from '../deps.ts';
import { onceFor } from '../domain/automation.ts';
import type { KnownEvent } from '../domain/known-event.ts';
import type { Listener } from '../store/automations.ts';
import { beginRun } from './begin-run.ts';
import type { listenersOf } from './listeners.ts';
import { noteLoop } from './loops.ts';

type Needed = Pick<Deps, 'automations' | 'runs' | 'loops' | 'recentEvents' | 'now'>;

/** Starts the runs that an event triggers, and stores the event for rehearsals. Idempotent by automation and event. */
export const hearEvent = async (
  deps: Needed,
  listeners: ReturnType<typeof listenersOf>,
  event: KnownEvent,
): Promise<void> => {
  const heard = await listeners(event.workspaceId);
  if (!heard) return;
  await deps.recentEvents.keep(event);
  for (const listener of heard(event)) await setOff(deps, listener, event);
};

const setOff = async (
  deps: Needed,
  { automationId, liveVersion, trigger }: Listener,
  event: KnownEvent,
): Promise<void> => {
  const { workspaceId, id: eventId, type, entityId, occurredAt: at, chain, correlationId } = event;
  const automation = await deps.automations.find(workspaceId, automationId);
  if (automation?.status !== 'on') return;
  // The event matched an older definition; the queue delivers it again.
  if (automation.liveVersion !== liveVersion) throw lostUpdate();
  if (await noteLoop(deps, automation, event)) return;
  await beginRun(deps, automation, {
    ...{ type, eventId, entityId, at, chain, correlationId, event },
    // A threshold is passed once, however often its metric is read afterwards.
    once: onceFor({ trigger }, entityId),
  });
};
