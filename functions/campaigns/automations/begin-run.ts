import type { Author } from '#shared/actor.ts';
import { lostUpdate } from '#shared/entities.ts';
import type { New } from '#shared/entity.ts';
import { derivedId } from '#shared/ids.ts';
import type { Deps } from '../deps.ts';
import type { Automation, onceFor } from '../domain/automation.ts';
import { admit, type GateRefusal } from '../domain/automation-gate.ts';
import type { AutomationRun } from '../domain/automation-run.ts';

/** What sets an automation off. */
export interface Occasion {
  type: string;
  eventId: string | null;
  entityId: string | null;
  /** When that happened (UTC). */
  at: string;
  event: Record<string, unknown>;
  chain: readonly string[];
  correlationId: string;
  /** What a run is started for once, whichever event says so. */
  once?: ReturnType<typeof onceFor>;
}

export type Begun = 'begun' | 'queued' | 'known' | 'off' | GateRefusal;

/** How often a run is tried to be let in while others come and go. */
const maxTries = 8;

/** The id of the run that an occasion starts: an event heard twice starts one. */
const runIdOf = (automationId: string, { at, eventId }: Occasion): string =>
  derivedId('run', at, `${automationId}#${eventId ?? at}`);

/** Who writes what an automation does. */
export const automationAuthor = (automationId: string, chain: readonly string[], correlationId: string): Author => ({
  actor: { type: 'automation', id: automationId },
  correlationId,
  chain: [...chain],
});

/**
 * Starts a run, or has it wait for those before it. Events that start none are counted, by reason.
 * @throws DomainError `changed_meanwhile` when others were faster again and again, or the definition is another by now: the
 * queue delivers again
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
    // The occasion was one of another definition.
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
