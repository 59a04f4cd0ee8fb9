import { systemAuthor } from '#shared/actor.ts';
import { ServiceAccountId } from '#shared/ids.ts';
import type { Deps } from '../deps.ts';
import { apiRequest } from '../domain/api-request.ts';
import { inZone } from '../domain/in-zone.ts';
import type { SecurityEvent } from '../domain/security-event.ts';

/** Descriptions of findings in emails. */
const words: Readonly<Record<SecurityEvent['kind'], string>> = {
  refresh_token_reused: 'A session was used in two places and was ended',
  mfa_disabled: 'Two-factor authentication was turned off for a member',
  privileges_escalated: 'A member or service account now has the role of owner or admin',
  repeated_denials: 'Many requests by the same member or service account were refused within minutes',
  new_network: 'A sign-in, or a denied request of a service account, came from a new network',
  audit_chain_broken: 'The audit trail failed its integrity check',
  account_connected_elsewhere: 'An X account was connected to another workspace after X ended its connection here',
  secret_known_to_former_member:
    'The secret of a service account is known to someone who may no longer manage it. Rotate the secret',
};

const isServiceAccount = (id: string): boolean => ServiceAccountId.safeParse(id).success;

const tellOthers = 'Tell the other owners and admins, if there are any.';

/**
 * Someone who hijacked a session can assign roles in its owner's name; the event does not show whose session it was.
 */
const inYourName = 'If it was done in your name, change your password and sign out everywhere.';

/** Returns what a recipient can do about an event. Changing a password only protects one's own account. */
const adviceFor = ({ kind, personId }: SecurityEvent, recipientId: string): string => {
  if (kind === 'audit_chain_broken')
    return 'Tell whoever runs this platform: they can compare the trail with a backup.';
  if (kind === 'account_connected_elsewhere')
    return 'Ask the people who manage the account on X. It can be connected here again once it is disconnected there.';
  // A former member has no rights left to revoke.
  if (personId === null || kind === 'secret_known_to_former_member') return tellOthers;
  const how = isServiceAccount(personId) ? 'revoke the service account' : 'disable the member';
  const reviewed = `If this was not expected, tell the other owners and admins, and ${how} if necessary.`;
  // `personId` is who was given the role.
  if (kind === 'privileges_escalated') return `${personId === recipientId ? tellOthers : reviewed} ${inYourName}`;
  if (personId === recipientId)
    return 'If you did not expect this, change your password, sign out everywhere, and tell the other owners and admins.';
  return reviewed;
};

type Names = Pick<Deps, 'people' | 'serviceAccounts' | 'knownAccounts'>;

/** Returns the names for an email about an event. Only current members are named; others are identified by id. */
const namesIn = async (
  { people, serviceAccounts, knownAccounts }: Names,
  { workspaceId, personId, details: { accountId } }: SecurityEvent,
): Promise<Record<string, string>> => {
  const isMachine = personId !== null && isServiceAccount(personId);
  const machine = isMachine ? await serviceAccounts.find(workspaceId, personId) : undefined;
  const member = personId === null || isMachine ? undefined : await people.findMembership(workspaceId, personId);
  const person = member && (await people.find(member.subject));
  const id = accountId === undefined ? undefined : String(accountId);
  const account = id === undefined ? undefined : await knownAccounts.find(workspaceId, id);
  return {
    ...(person && { memberName: person.name }),
    ...(machine && { serviceAccountName: machine.name }),
    ...(id !== undefined && { account: account?.username === undefined ? id : `@${account.username} (${id})` }),
  };
};

/** Returns the facts that are the same for all recipients. */
const factsOf = async (deps: Deps, event: SecurityEvent): Promise<Record<string, string>> => {
  const { workspaceId, kind, severity, at, network, personId, details } = event;
  const workspace = await deps.people.findWorkspace(workspaceId);
  return {
    ...(workspace && { workspaceName: workspace.name }),
    ...{ what: words[kind], severity, at: inZone(at, workspace?.settings.timeZone), network: network ?? '' },
    ...(await namesIn(deps, event)),
    ...{ personId: personId ?? '', serviceAccounts: String(details.serviceAccounts ?? '') },
    securityEvents: apiRequest(deps.mailing.publicUrl, 'GET', '/v1/security-events'),
  };
};

/**
 * Emails the owners and admins about a security event, once. A crash midway can email some of them twice, but skips
 * none. If many events of one kind occur within a day, a later email states how many were not emailed.
 */
export const mailAlert = async (deps: Deps, workspaceId: string, securityEventId: string, correlationId: string) => {
  const event = await deps.security.find(workspaceId, securityEventId);
  if (!event || event.isTold) return;
  let isMailed = false;
  const facts = await factsOf(deps, event);
  const author = systemAuthor('users', { correlationId });
  for (const { role, subject, status, personId } of await deps.members.all(workspaceId)) {
    if (status !== 'active' || (role !== 'owner' && role !== 'admin')) continue;
    const person = await deps.people.find(subject);
    if (!person) continue;
    const mail = { workspaceId, to: person.email, kind: 'security_alert' as const };
    const { isAllowed, more } = await deps.mails.allowAlert({ ...mail, topic: event.kind });
    if (!isAllowed) continue;
    const data = { ...facts, more: more === 0 ? '' : String(more), advice: adviceFor(event, personId) };
    await deps.mails.queue({ ...mail, data }, author, true);
    isMailed = true;
  }
  await deps.security.save({ ...event, isMailed, isTold: true }, author);
};
