import { systemAuthor } from '#shared/actor.ts';
import { firstVersion, isLostUpdate } from '#shared/entities.ts';
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
  type SecurityEvent,
  windowOf,
} from '../domain/security-event.ts';
import { secretKnownTo } from '../domain/service-account.ts';

/**
 * Looks at an event with the eyes of security. `isFirst` is false for one that was delivered before: then nothing is
 * counted twice, while a finding that was lost on the way is still made.
 */
export const watch = async (deps: Deps, workspaceId: string, event: AuditEvent, isFirst: boolean): Promise<void> => {
  const byItself = findingOf(event) ?? (await secretsTakenAlong(deps, workspaceId, event));
  if (byItself) return raise(deps, occasionOf(workspaceId, event), byItself);
  const denied = isFirst ? await manyDenied(deps, workspaceId, event) : undefined;
  if (denied) return raise(deps, occasionOf(workspaceId, event), denied);
  if (isFromSomewhere(event)) await compareNetworks(deps, workspaceId, event);
};

/** The machines whose secrets somebody has seen who may not look after them any more. */
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

/** The refusal with which an actor has had too many. */
const manyDenied = async ({ security }: Deps, workspaceId: string, event: AuditEvent): Promise<Finding | undefined> => {
  const attempts = denialsIn(event);
  if (attempts === 0) return undefined;
  const { id } = event.actor;
  const denials = await security.countDenials(workspaceId, id, windowOf(event.occurredAt), attempts);
  const isTheOne = denials >= manyDenials && denials - attempts < manyDenials;
  return isTheOne ? { kind: 'repeated_denials', severity: 'high', personId: id, details: { denials } } : undefined;
};

/** The network is taken down after the finding is: what is lost in between is found again. */
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

/** What a finding was made of: an event, or a look of the platform's own. The id tells whether it was made before. */
interface Occasion {
  workspaceId: string;
  id: string;
  at: string;
  network: string | null;
  correlationId: string;
}

/** Writes a finding down, once per occasion. The stream tells it, and whoever hears it writes mails. */
export const raise = async (
  { security, now, countAlert }: Deps,
  { correlationId, ...occasion }: Occasion,
  finding: Finding,
): Promise<void> => {
  const author = systemAuthor('users', correlationId);
  const personId = PersonId.safeParse(finding.personId).data ?? null;
  const found = { ...occasion, ...finding, personId, isMailed: false, isTold: false };
  try {
    await security.save(firstVersion(found, now(), author), author);
  } catch (error) {
    // It was written down before.
    if (isLostUpdate(error)) return;
    throw error;
  }
  countAlert(finding.severity);
};

const occasionOf = (workspaceId: string, { id, occurredAt, network, correlationId }: AuditEvent): Occasion => ({
  workspaceId,
  id: id.replace(/^evt_/, 'sec_'),
  at: occurredAt,
  network,
  correlationId,
});

/** A finding as a mail says it. */
const words: Readonly<Record<SecurityEvent['kind'], string>> = {
  refresh_token_reused: 'A sign-in was used from two places, and ended',
  mfa_disabled: 'Somebody signs in without a second factor now',
  privileges_escalated: 'Somebody has more rights now',
  repeated_denials: 'Somebody was refused many times within minutes',
  new_network: 'Somebody came from a network that is new for them',
  audit_chain_broken: 'The audit trail was changed',
  account_connected_elsewhere: 'An X account was connected in another workspace after X had ended its connection here',
  secret_known_to_former_member: 'A former member knows the secret of a service account: rotate it',
};

/**
 * Writes to owners and admins about a security event; what is marked as told is not told again. A crash in the
 * middle mails some of them twice, and none of them never. Where many of one kind come within a day, one mail says how
 * many there were besides: those are marked as not mailed.
 */
export const mailAlert = async (deps: Deps, workspaceId: string, securityEventId: string, correlationId: string) => {
  const event = await deps.security.find(workspaceId, securityEventId);
  if (!event || event.isTold) return;
  let isMailed = false;
  const author = systemAuthor('users', correlationId);
  for (const { role, subject, status } of await deps.members.all(workspaceId)) {
    if (status !== 'active' || (role !== 'owner' && role !== 'admin')) continue;
    const person = await deps.people.find(subject);
    if (!person) continue;
    const { kind, severity, at, network, personId, details } = event;
    const { accountId = '', serviceAccounts = '' } = details;
    const things = { accountId: String(accountId), serviceAccounts: String(serviceAccounts) };
    const mail = { workspaceId, to: person.email, kind: 'security_alert' as const };
    const { isAllowed, more } = await deps.mails.allowAlert({ ...mail, topic: kind });
    if (!isAllowed) continue;
    const about = { what: words[kind], severity, at, network: network ?? '', personId: personId ?? '' };
    const data = { ...about, ...things, more: more === 0 ? '' : String(more) };
    await deps.mails.queue({ ...mail, data }, author, true);
    isMailed = true;
  }
  await deps.security.save({ ...event, isMailed, isTold: true }, author);
};
