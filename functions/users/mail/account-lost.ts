import type { AccountConnected } from '#events/accounts.ts';
import type { AccountPostsWaiting } from '#events/posts.ts';
import type { EventOf } from '#shared/events/event.ts';
import { PersonId } from '#shared/ids.ts';
import { mayDo } from '#shared/permissions.ts';
import type { Deps } from '../deps.ts';
import { apiRequest } from '../domain/api-request.ts';
import { inZone } from '../domain/in-zone.ts';
import type { Membership } from '../domain/workspace.ts';
import { mailMembers } from './mail-members.ts';

type Wants = Pick<Deps, 'knownAccounts' | 'members' | 'people' | 'mails' | 'mailing'>;

/** Stores the account's username, and who connected it. */
export const learnAccount = async (
  { knownAccounts }: Pick<Deps, 'knownAccounts'>,
  { workspaceId, entityId, entityVersion, occurredAt, actor, data }: EventOf<typeof AccountConnected>,
): Promise<void> => {
  const connectedBy = PersonId.safeParse(actor.id).data ?? null;
  const account = { workspaceId, accountId: entityId, username: data.username, connectedBy, connectedAt: occurredAt };
  await knownAccounts.learn(entityVersion, account);
};

/**
 * Emails the members who can connect accounts, and the person who connected this one, that it has to be reconnected and
 * how many posts are waiting: once per lost connection. A crash midway can email some of them twice, but skips none.
 */
export const mailLoss = async (
  deps: Wants,
  { workspaceId, entityId: accountId, entityVersion, correlationId, data }: EventOf<typeof AccountPostsWaiting>,
): Promise<void> => {
  const known = await deps.knownAccounts.find(workspaceId, accountId);
  if (known && known.mailedVersion >= entityVersion) return;
  const isOver = Date.parse(known?.connectedAt ?? '') > Date.parse(data.lostAt);
  if (!isOver) await mailAll(deps, { workspaceId, accountId, correlationId }, known, data);
  await deps.knownAccounts.noteMailed(workspaceId, accountId, entityVersion);
};

const mailAll = async (
  deps: Wants,
  { workspaceId, accountId, correlationId }: { workspaceId: string; accountId: string; correlationId: string },
  known: Awaited<ReturnType<Deps['knownAccounts']['find']>>,
  wait: EventOf<typeof AccountPostsWaiting>['data'],
): Promise<void> => {
  const workspace = await deps.people.findWorkspace(workspaceId);
  const data = {
    account: known?.username === undefined ? `the account ${accountId}` : `@${known.username}`,
    ...(workspace && { workspaceName: workspace.name }),
    reconnect: apiRequest(deps.mailing.publicUrl, 'POST', '/v1/accounts/connections/start'),
    lostAt: inZone(wait.lostAt, workspace?.settings.timeZone),
    ...(wait.waiting > 0 && {
      waiting: wait.waiting === 1 ? '1 post is waiting' : `${wait.waiting} posts are waiting`,
    }),
    ...(wait.firstDueAt !== null && { firstDueAt: inZone(wait.firstDueAt, workspace?.settings.timeZone) }),
  };
  const isConcerned = ({ role, personId }: Membership): boolean =>
    mayDo(role, 'accounts:connect') || personId === known?.connectedBy;
  await mailMembers(deps, { workspaceId, kind: 'reconnect_account', data, correlationId }, isConcerned);
};
