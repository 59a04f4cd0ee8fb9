import type { Author } from '#shared/actor.ts';
import { lostUpdate } from '#shared/entities.ts';
import type { New } from '#shared/entity.ts';
import { derivedId } from '#shared/ids.ts';
import type { Deps } from '../deps.ts';
import type { Automation, onceFor } from '../domain/automation.ts';
import { admit, type GateRefusal } from '../domain/automation-gate.ts';
import type { AutomationRun } from '../domain/automation-run.ts';

/** What started a run. */
export interface Occasion {
  type: string;
  eventId: string | null;
  entityId: string | null;
  /** When it happened (UTC). */
  at: string;
  event: Record<string, unknown>;
  chain: readonly string[];
  correlationId: string;
  /** What the run is started for only once, whichever event triggers it. */
  once?: ReturnType<typeof onceFor>;
}

export type Begun = 'begun' | 'queued' | 'known' | 'off' | GateRefusal;

/** Attempts to start a run while other runs change the gate. */
const maxTries = 8;

/** Deterministic id of a run, so that an event delivered twice starts one run. */
const runIdOf = (automationId: string, { at, eventId }: Occasion): string =>
  derivedId('run', at, `${automationId}#${eventId ?? at}`);

/** Author of the changes that an automation makes. */
export const automationAuthor = (automationId: string, chain: readonly string[], correlationId: string): Author => ({
  actor: { type: 'automation', id: automationId },
  correlationId,
  chain: [...chain],
});

/**
 * Starts or queues a run. Events that start none are counted by reason.
 * @throws DomainError `changed_meanwhile` if every attempt lost against other writes, or the definition has changed;
 * the queue delivers the event again
 */
export const beginRun = async (
  { automations, runs, now }: Pick<Deps, 'automations' | 'runs' | 'now'>,
  asked: Automation,
  occasion: Occasion,
): Promise<Begun> => {
  const { workspaceId, id: automationId } = asked;
  const of = { workspaceId, automationId };
  const runId = runIdOf(automationId, occasion);
  for (let tries = 0; tries < maxTries; tries += 1) {
    const automation = tries === 0 ? asked : await automations.find(workspaceId, automationId);
    const by = automation?.by;
    if (automation?.status !== 'on' || !by) return 'off';
    // The event matched another definition.
    if (automation.liveVersion !== asked.liveVersion) break;
    if (await runs.find(workspaceId, runId)) return 'known';
    if (occasion.once !== undefined && (await runs.isKnown(of, occasion.once.about))) return 'known';
    const gate = await runs.gate(of);
    const { gate: after, admitted } = admit(gate, runId, automation.limits, now());
    if (admitted !== 'active' && admitted !== 'queued') {
      if (await runs.keepGate(after)) return admitted;
      continue;
    }
    const chain = [...occasion.chain, automationId];
    const run = newRun(automation, by, runId, { ...occasion, chain }, admitted === 'active' ? 'running' : 'queued');
    const author = automationAuthor(automationId, chain, occasion.correlationId);
    if (await runs.begin(run, after, author, occasion.once)) return admitted === 'active' ? 'begun' : 'queued';
    if (await runs.isStopped(workspaceId)) return 'off';
  }
  throw lostUpdate();
};

const newRun = (
  { workspaceId, id: automationId, name: automationName, liveVersion }: Automation,
  by: NonNullable<Automation['by']>,
  id: string,
  { type, eventId, entityId, at, event, chain }: Occasion,
  status: 'running' | 'queued',
): New<AutomationRun> => ({
  ...{ id, workspaceId, automationId, automationName, automationVersion: liveVersion, status, triggeredAt: at },
  ...{ trigger: { type, eventId, entityId }, event, chainOfRun: [...chain], by, execution: null, cursor: 0 },
  ...{
    acting: null,
    isCancelled: false,
    wakesAt: null,
    made: {},
    facts: null,
    resumptions: 0,
    steps: [],
    endedAt: null,
    end: null,
  },
});
