import { isLostUpdate } from '#shared/entities.ts';
import { DomainError } from '#shared/errors.ts';
import type { Deps } from '../deps.ts';
import type { Gate } from '../domain/automation-gate.ts';
import { type AutomationRun, endRun, isOpen } from '../domain/automation-run.ts';
import { endRunAt } from './end-run.ts';

type Needed = Pick<Deps, 'automations' | 'runs' | 'now' | 'sleep'>;

/** How long steps are waited for: longer than any may take. API Gateway gives a request 30 seconds. */
const patienceMs = 22_000;
const everyMs = 250;

const off = {
  code: 'automation_off',
  message: 'The automation was switched off, or all automations were stopped.',
};

/**
 * Ends the runs of automations that were switched off, and waits until none of their steps can act any more: each that was
 * let begin has ended, or its time is over. Whoever asks later finds the automation off.
 * @throws DomainError `automation_not_settled` when that takes too long; they are off all the same
 */
export const untilNoneActs = async (
  deps: Needed,
  workspaceId: string,
  automationIds: readonly string[],
): Promise<void> => {
  const until = deps.now().getTime() + patienceMs;
  for (;;) {
    const open = await openRuns(deps, workspaceId, automationIds);
    if (open.length === 0) return;
    for (const run of open) if (!isActing(run, deps.now())) await end(deps, run);
    const acting = open.filter((run) => isActing(run, deps.now()));
    if (acting.length > 0) {
      if (deps.now().getTime() >= until) throw notSettled(acting, deps.now());
      await deps.sleep(everyMs);
    }
  }
};

const openRuns = async (
  { runs }: Needed,
  workspaceId: string,
  automationIds: readonly string[],
): Promise<AutomationRun[]> => {
  const gates: Gate[] = await Promise.all(
    automationIds.map((automationId) => runs.gate({ workspaceId, automationId })),
  );
  const found = await runs.findAll(
    workspaceId,
    gates.flatMap(({ active, queued }) => [...active, ...queued]),
  );
  return found.filter(isOpen);
};

const isActing = ({ acting }: AutomationRun, now: Date): boolean => acting !== null && acting.until > now.toISOString();

/** Its execution, or another request, may be faster: what it is then is seen the next time round. */
const end = async (deps: Needed, run: AutomationRun): Promise<void> => {
  try {
    await endRunAt(deps, endRun(run, 'stopped', deps.now(), off));
  } catch (error) {
    if (!isLostUpdate(error)) throw error;
  }
};

/** The refusal while steps may still be under way. */
export const notSettled = (acting: readonly AutomationRun[], now: Date): DomainError => {
  const last = Math.max(...acting.map((run) => Date.parse(run.acting?.until ?? now.toISOString())));
  const seconds = Math.max(1, Math.ceil((last - now.getTime()) / 1000));
  const said =
    'The automation is off, but a step that had begun may still be under way. Repeat the request after the number of ' +
    'seconds in `Retry-After`.';
  return new DomainError('unavailable', 'automation_not_settled', said, {
    headers: { 'Retry-After': String(seconds) },
  });
};
