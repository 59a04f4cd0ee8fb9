import * as z from 'zod';
import { Instant } from '#shared/time.ts';
import type { XFailure } from './x-failure.ts';

/** Troubles at X that hold for the whole app. */
export type AppWideKind = 'usage_capped' | 'credits_spent' | 'spend_capped' | 'app_not_enrolled';

/** Which calls a trouble stops: a usage cap stops reads alone. */
export type CircuitScope = 'all' | 'reads';

const Circuit = z.object({
  kind: z.enum(['usage_capped', 'credits_spent', 'spend_capped', 'app_not_enrolled']),
  until: Instant,
});

/** The known state of the app as a whole at X, for all workspaces together. */
export const AppState = z.object({
  /** The UTC day that the counts are of, such as `2026-11-25`. */
  day: z.string(),
  /** Posts sent on that day by all workspaces, as far as they were counted: a minute may be missing. */
  postsToday: z.int().min(0),
  /** Workspaces that sent any. */
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

/** The circuit that keeps a call back now; undefined when nothing does. */
export const openCircuit = ({ circuits }: AppState, isRead: boolean, now: Date) => {
  const standing = [circuits.all, isRead ? circuits.reads : null];
  return standing.find((circuit) => circuit !== null && Date.parse(circuit.until) > now.getTime()) ?? undefined;
};
