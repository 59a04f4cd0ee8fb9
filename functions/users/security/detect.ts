import { systemAuthor } from '#shared/actor.ts';
import { firstVersion, unlessOvertaken } from '#shared/entities.ts';
import { PersonId } from '#shared/ids.ts';
import type { Deps } from '../deps.ts';
import type { AuditEvent } from '../domain/audit-event.ts';
import {
  denialsIn,
  type Finding,
  findingOf,
  isFromSomewhere,
  losesMachines,
  manyDenials,
  windowOf,
} from '../domain/security-event.ts';
import { secretKnownTo } from '../domain/service-account.ts';

/**
 * Derives security findings from an event. For a repeated delivery (`isFirst` is false), denied requests are not
 * counted again, but a finding that the first delivery failed to save is still saved.
 */
export const watch = async (deps: Deps, workspaceId: string, event: AuditEvent, isFirst: boolean): Promise<void> => {
  const byItself = findingOf(event) ?? (await secretsTakenAlong(deps, workspaceId, event));
  if (byItself) return raise(deps, occasionOf(workspaceId, event), byItself);
  const denied = isFirst ? await manyDenied(deps, workspaceId, event) : undefined;
  if (denied) return raise(deps, occasionOf(workspaceId, event), denied);
  if (isFromSomewhere(event)) await compareNetworks(deps, workspaceId, event);
};

/** Returns a finding if someone who can no longer manage service accounts knows valid secrets of some. */
const secretsTakenAlong = async (
  { serviceAccounts, now }: Deps,
  workspaceId: string,
  event: AuditEvent,
): Promise<Finding | undefined> => {
  const personId = losesMachines(event);
  if (personId === undefined) return undefined;
  const known = (await serviceAccounts.active(workspaceId)).filter((each) =>
    secretKnownTo(each, now()).includes(personId),
  );
  if (known.length === 0) return undefined;
  const details = { serviceAccounts: known.map(({ id }) => id).join(', ') };
  return { kind: 'secret_known_to_former_member', severity: 'high', personId, details };
};

/** Returns a finding for the denied request with which an actor reaches the limit. */
const manyDenied = async ({ security }: Deps, workspaceId: string, event: AuditEvent): Promise<Finding | undefined> => {
  const attempts = denialsIn(event);
  if (attempts === 0) return undefined;
  const { id } = event.actor;
  const denials = await security.countDenials(workspaceId, id, windowOf(event.occurredAt), attempts);
  const isTheOne = denials >= manyDenials && denials - attempts < manyDenials;
  return isTheOne ? { kind: 'repeated_denials', severity: 'high', personId: id, details: { denials } } : undefined;
};

/** The network is saved after the finding, so that a crash in between does not lose the finding. */
const compareNetworks = async (deps: Deps, workspaceId: string, event: AuditEvent): Promise<void> => {
  const { actor, network } = event;
  if (network === null) return;
  const seen = await deps.security.whereWas(workspaceId, actor.id, network);
  if (seen === 'elsewhere') {
    const details = { actor: actor.type };
    const finding: Finding = { kind: 'new_network', severity: 'medium', personId: actor.id, details };
    await raise(deps, occasionOf(workspaceId, event), finding);
  }
  await deps.security.noteNetwork(workspaceId, actor.id, network);
};

/** Cause of a finding: an event, or a check by the platform. The id prevents duplicate findings. */
interface Occasion {
  workspaceId: string;
  id: string;
  at: string;
  network: string | null;
  correlationId: string;
}

/** Saves a finding, once per occasion. Its event triggers the emails. */
export const raise = async (
  { security, now, countAlert }: Deps,
  { correlationId, ...occasion }: Occasion,
  finding: Finding,
): Promise<void> => {
  const author = systemAuthor('users', { correlationId });
  const personId = PersonId.safeParse(finding.personId).data ?? null;
  const found = { ...occasion, ...finding, personId, isMailed: false, isTold: false };
  const isNewFinding = await unlessOvertaken(security.save(firstVersion(found, now(), author), author));
  if (isNewFinding) countAlert(finding.severity);
};

const occasionOf = (workspaceId: string, { id, occurredAt, network, correlationId }: AuditEvent): Occasion => ({
  workspaceId,
  id: id.replace(/^evt_/, 'sec_'),
  at: occurredAt,
  network,
  correlationId,
});
