import * as z from 'zod';
import { AutomationId, AutomationRunId, WorkspaceId } from '#shared/ids.ts';
import { dayOf, Instant, minuteMs } from '#shared/time.ts';
import type { RunLimits } from './automation.ts';

/** Maximum number of queued runs per automation. */
export const maxQueued = 50;

export const GateRefusal = z.enum(['per_hour', 'per_day', 'cool_down', 'queue_full']);
export type GateRefusal = z.infer<typeof GateRefusal>;

/** Counters and active runs of one automation; they alone decide whether another run can begin. */
export const Gate = z.object({
  workspaceId: WorkspaceId,
  automationId: AutomationId,
  /** Counts the writes, for optimistic locking. */
  turn: z.int().min(0),
  hour: z.string(),
  runsInHour: z.int().min(0),
  day: z.string(),
  runsInDay: z.int().min(0),
  lastRunAt: Instant.nullable(),
  active: z.array(AutomationRunId),
  queued: z.array(AutomationRunId),
  /** Events of the day that did not start a run, by reason. */
  refused: z.record(z.string(), z.int().min(0)),
});
export type Gate = z.infer<typeof Gate>;

export const emptyGate = (workspaceId: string, automationId: string): Gate => ({
  ...{ workspaceId, automationId, turn: 0, hour: '', runsInHour: 0, day: '', runsInDay: 0 },
  ...{ lastRunAt: null, active: [], queued: [], refused: {} },
});

/** The gate at an instant; the counts of past hours and days are reset. */
const at = (gate: Gate, now: Date): Gate => {
  const hour = now.toISOString().slice(0, 13);
  const day = dayOf(now);
  return {
    ...gate,
    ...(gate.hour !== hour && { hour, runsInHour: 0 }),
    ...(gate.day !== day && { day, runsInDay: 0, refused: {} }),
  };
};

/** How many events of the day did not start a run, by reason. */
export const refusedToday = (gate: Gate, now: Date): Record<GateRefusal, number> => {
  const { refused } = at(gate, now);
  return { ...{ per_hour: 0, per_day: 0, cool_down: 0, queue_full: 0 }, ...refused };
};

/** Starts, queues or refuses a run. */
export const admit = (
  before: Gate,
  runId: string,
  limits: RunLimits,
  now: Date,
): { gate: Gate; admitted: 'active' | 'queued' | GateRefusal } => {
  const gate = at(before, now);
  const refusal = refusalOf(gate, limits, now);
  if (refusal) {
    const count = (gate.refused[refusal] ?? 0) + 1;
    return { gate: { ...gate, refused: { ...gate.refused, [refusal]: count } }, admitted: refusal };
  }
  const isFree = gate.active.length < limits.concurrency && gate.queued.length === 0;
  return {
    gate: {
      ...gate,
      ...{ runsInHour: gate.runsInHour + 1, runsInDay: gate.runsInDay + 1, lastRunAt: now.toISOString() },
      ...(isFree ? { active: [...gate.active, runId] } : { queued: [...gate.queued, runId] }),
    },
    admitted: isFree ? 'active' : 'queued',
  };
};

const refusalOf = (gate: Gate, limits: RunLimits, now: Date): GateRefusal | undefined => {
  // The clock of the function that let the last run begin can be ahead.
  const sinceLast = gate.lastRunAt === null ? Infinity : Math.max(0, now.getTime() - Date.parse(gate.lastRunAt));
  if (sinceLast < limits.coolDownMinutes * minuteMs) return 'cool_down';
  if (gate.runsInHour >= limits.perHour) return 'per_hour';
  if (gate.runsInDay >= limits.perDay) return 'per_day';
  return gate.queued.length >= maxQueued ? 'queue_full' : undefined;
};

/**
 * The gate after a run has ended, and the queued runs that can start now: several, if the concurrency limit was raised.
 */
export const leave = (
  gate: Gate,
  runId: string,
  { concurrency }: Pick<RunLimits, 'concurrency'>,
): { gate: Gate; next: string[] } => {
  const active = gate.active.filter((id) => id !== runId);
  const queued = gate.queued.filter((id) => id !== runId);
  const next = queued.slice(0, Math.max(0, concurrency - active.length));
  return { gate: { ...gate, active: [...active, ...next], queued: queued.slice(next.length) }, next };
};
