import type { Author } from '#shared/actor.ts';
import { unlessOvertaken } from '#shared/entities.ts';
import type { Deps } from '../deps.ts';
import { type Cause, mayRaise } from '../domain/alert.ts';

type Wants = Pick<Deps, 'alerts' | 'campaigns' | 'now'>;

/**
 * Raises an alert, unless it is on already or was raised within the last day.
 * @param isOn whether its cause lasts until `settle` is called
 */
export const raise = async (
  { alerts, campaigns, now }: Wants,
  workspaceId: string,
  cause: Cause,
  isOn: boolean,
  author: Author,
): Promise<void> => {
  const before = await alerts.find(workspaceId, cause.personId, cause.key);
  if (!mayRaise(before, now())) return;
  const { campaignId } = cause;
  const campaign = campaignId === null ? undefined : await campaigns.find(workspaceId, campaignId);
  const raised = { ...cause, campaignName: campaign?.name ?? null, isOn, raisedAt: now().toISOString() };
  // Days are rolled up concurrently: if this write loses, the other one has raised the alert.
  await unlessOvertaken(
    before ? alerts.save({ ...before, ...raised }, author) : alerts.create({ workspaceId, ...raised }, author),
  );
};

/** Records that the cause of an alert has ended, so that it can be raised again. */
export const settle = async (
  { alerts }: Pick<Wants, 'alerts'>,
  workspaceId: string,
  { personId, key }: Pick<Cause, 'personId' | 'key'>,
  author: Author,
): Promise<void> => {
  const before = await alerts.find(workspaceId, personId, key);
  if (before?.isOn) await unlessOvertaken(alerts.save({ ...before, isOn: false }, author));
};
