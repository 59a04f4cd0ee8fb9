import * as z from 'zod';
import { Instant } from '#shared/time.ts';
import type { XFailure } from './x-failure.ts';

/** Failures at X that affect the entire app. */
export type AppWideKind = 'usage_capped' | 'credits_spent' | 'spend_capped' | 'app_not_enrolled';

/** Which calls a circuit stops; a usage cap stops only reads. */
export type CircuitScope = 'all' | 'reads';

const Circuit = z.object({
  kind: z.enum(['usage_capped', 'credits_spent', 'spend_capped', 'app_not_enrolled']),
  until: Instant,
});

/** The known state of the app at X, for all workspaces together. */
export const AppState = z.object({
  /** UTC day of the counts, such as `2026-11-25`. */
  day: z.string(),
  /** Posts sent on that day by all workspaces; the last minute may be missing. */
  postsToday: z.int().min(0),
  /** Number of workspaces that sent any. */
  workspacesToday: z.int().min(0),
  circuits: z.object({ all: Circuit.nullable(), reads: Circuit.nullable() }),
});
export type AppState = z.infer<typeof AppState>;

export const quietApp = (day: string): AppState => ({
  day,
  postsToday: 0,
  workspacesToday: 0,
  circuits: { all: null, reads: null },
});

const appWide: readonly string[] = ['usage_capped', 'credits_spent', 'spend_capped', 'app_not_enrolled'];

export const isAppWide = (failure: XFailure): failure is Extract<XFailure, { kind: AppWideKind }> =>
  appWide.includes(failure.kind);

/** Returns the open circuit that stops a call now; undefined when there is none. */
export const openCircuit = ({ circuits }: AppState, isRead: boolean, now: Date) => {
  const standing = [circuits.all, isRead ? circuits.reads : null];
  return standing.find((circuit) => circuit !== null && Date.parse(circuit.until) > now.getTime()) ?? undefined;
};
