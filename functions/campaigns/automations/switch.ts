import type { CampaignActor } from '#events/campaign-content.ts';
import type { Author } from '#shared/actor.ts';
import { retryOnLostUpdate } from '#shared/entities.ts';
import type { Caller } from '#shared/http/route.ts';
import { isBelow } from '#shared/permissions.ts';
import { nextRunAfter } from '#shared/recurrence/next-run.ts';
import { actorFor } from '../actor-for.ts';
import type { Deps } from '../deps.ts';
import { type Automation, automationScheduleUse } from '../domain/automation.ts';
import { checkDefinition } from './check-definition.ts';
import { untilNoneActs } from './until-none-acts.ts';

type Needed = Pick<Deps, 'automations' | 'runs' | 'content' | 'now' | 'patience' | 'sleep'>;

/**
 * Switches an automation on; it acts for the caller from now on. Runs left open by an interrupted switch-off are ended
 * first: otherwise they would continue for the previous person, or block the queue.
 * @throws DomainError `automation_not_settled`, and those of `checkDefinition`
 */
export const switchOn = async (deps: Needed, automation: Automation, caller: Caller): Promise<Automation> => {
  if (automation.status === 'on') return automation;
  await checkDefinition(deps, caller, automation, caller.role);
  await untilNoneActs(deps, automation.workspaceId, [automation.id]);
  const now = deps.now();
  return deps.automations.save(
    {
      ...automation,
      ...{ status: 'on', by: actorFor(caller), switchedAt: now.toISOString(), nextAt: nextAtOf(automation, now) },
    },
    caller,
  );
};

/** When its schedule starts it next; null if it has none, or no time is left. */
export const nextAtOf = ({ trigger }: Pick<Automation, 'trigger'>, after: Date): string | null =>
  trigger.kind === 'schedule' ? nextRunAfter(trigger.schedule, trigger.timeZone, after, automationScheduleUse) : null;

/**
 * Switches an automation off; returns once none of its steps can have a further effect. Repeating it waits again.
 * @throws DomainError `automation_not_settled`
 */
export const switchOff = async (
  deps: Needed,
  { workspaceId, id }: Pick<Automation, 'workspaceId' | 'id'>,
  author: Author,
): Promise<Automation> => {
  await writeOff(deps, { workspaceId, id }, author);
  await untilNoneActs(deps, workspaceId, [id]);
  return deps.automations.get(workspaceId, id);
};

/** Marks the automation as off, so that no further step begins. */
export const writeOff = async (
  { automations, now }: Pick<Deps, 'automations' | 'now'>,
  { workspaceId, id }: Pick<Automation, 'workspaceId' | 'id'>,
  author: Author,
): Promise<void> => {
  await retryOnLostUpdate(async () => {
    const current = await automations.get(workspaceId, id);
    if (current.status !== 'on') return;
    await automations.save({ ...current, status: 'off', switchedAt: now().toISOString(), nextAt: null }, author);
  });
};

/**
 * Lowers the role with which an automation acts. Never raises it, as events can arrive out of order; the person can
 * switch it on again to use a higher role.
 */
export const lowerRole = async (
  { automations }: Pick<Deps, 'automations'>,
  { workspaceId, id }: Pick<Automation, 'workspaceId' | 'id'>,
  { personId, role }: Pick<CampaignActor, 'personId' | 'role'>,
  author: Author,
): Promise<void> => {
  await retryOnLostUpdate(async () => {
    const current = await automations.get(workspaceId, id);
    const { status, by } = current;
    if (status !== 'on' || by?.personId !== personId || !isBelow(role, by.role)) return;
    await automations.save({ ...current, by: { ...by, role } }, author);
  });
};
