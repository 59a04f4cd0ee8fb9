import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { Marketer } from '#infra/local/marketer.ts';
import { inMs } from './desk.ts';
import { invite } from './invitations.ts';
import { type Case, countAt, countIn, onlyTheReplyTells, versionAt } from './repeatable.ts';
import { tableOf } from './stage.ts';
import { claimsOf } from './tokens.ts';

const claimOf = ({ accessToken }: Marketer, name: string): string => z.string().parse(claimsOf(accessToken)[name]);
const memberPath = (who: Marketer): string => `/v1/members/${claimOf(who, 'person_id')}`;

/** Disables or enables the colleague, whom an earlier case may have left either way. */
const turned = async (owner: Marketer, who: Marketer, verb: 'disable' | 'enable'): Promise<Marketer> => {
  await owner.do(z.unknown(), 'POST', `${memberPath(who)}/${verb}`);
  return who;
};

/** Makes a colleague an owner too, and signs them in again. */
const asOwner = async (owner: Marketer, who: Marketer): Promise<Marketer> => {
  await owner.do(z.unknown(), 'PATCH', memberPath(who), { role: 'owner' }, { 'if-match': '*' });
  await who.signIn();
  return who;
};

const Id = z.object({ id: z.string() });
const aGuest = () => ({ email: `guest.${randomUUID().slice(0, 8)}@example.com`, role: 'analyst' });

const Workspace = z.object({ workspaceId: z.string(), name: z.string() });
/** Without digits: ten in a row would look like a phone number, which names may not contain. */
const aName = () => ({ name: `Once, ${randomUUID().replace(/\d/g, '')}` });
const countWorkspaces = (who: Marketer): Promise<number> => countIn(who, '/v1/workspaces');

const thePastHour = () => ({ from: inMs(-3_600_000), to: inMs(0) });

/**
 * The operations of users that store replies. An operation that ends its sender's permissions is sent by colleagues,
 * one request each, with their earlier access tokens: a new token may be for another workspace, which has other keys.
 * The last two come last, since colleagues gain another workspace and lose this one.
 */
export const usersCases: Readonly<Record<string, Case>> = {
  createWorkspace: {
    request: async () => ({ path: '/v1/workspaces', body: aName() }),
    effect: countWorkspaces,
  },
  switchWorkspace: {
    request: async (by) => {
      const { workspaceId } = await by.do(Workspace, 'POST', '/v1/workspaces', aName());
      return { path: `/v1/workspaces/${workspaceId}/switch` };
    },
    // No reply shows it, but the version of the person does.
    effect: async (by) => {
      const users = await tableOf('users');
      const person = await users.get({ pk: `PERSON#${claimOf(by, 'sub')}`, sk: 'PERSON' });
      return z.number().parse(person?.['version']);
    },
  },
  restoreWorkspace: {
    request: async (by, { colleague }) => {
      const sender = await asOwner(by, colleague());
      const { name } = await by.do(Workspace, 'GET', '/v1/workspace');
      // Refused if the deletion is scheduled already.
      await by.call('DELETE', '/v1/workspace', { name });
      return { sender, path: '/v1/workspace/restore' };
    },
    effect: versionAt,
  },
  disableMember: {
    request: async (by, { colleague }) => {
      const who = await turned(by, colleague(), 'enable');
      return { path: `${memberPath(who)}/disable` };
    },
    effect: versionAt,
  },
  enableMember: {
    request: async (by, { colleague }) => {
      const who = await turned(by, colleague(), 'disable');
      return { path: `${memberPath(who)}/enable` };
    },
    effect: versionAt,
  },
  transferOwnership: {
    request: async (by, { colleague }) => {
      const sender = await asOwner(by, await turned(by, colleague(), 'enable'));
      const heir = await turned(by, colleague(), 'enable');
      const body = { personId: claimOf(heir, 'person_id') };
      return { sender, path: '/v1/workspace/transfer', body, about: memberPath(heir) };
    },
    effect: versionAt,
  },
  createInvitation: {
    request: async () => ({ path: '/v1/invitations', body: aGuest() }),
    effect: countAt('/v1/invitations'),
  },
  resendInvitation: {
    request: async (by) => {
      const { id } = await by.do(Id, 'POST', '/v1/invitations', aGuest());
      return { path: `/v1/invitations/${id}/resend` };
    },
    // So soon after the first mail no other is sent, and the link stays.
    effect: onlyTheReplyTells,
  },
  exportAuditEvents: {
    request: async () => ({ path: '/v1/audit-events/exports', body: { ...thePastHour(), format: 'csv' } }),
    effect: onlyTheReplyTells,
  },
  requestComplianceReport: {
    request: async () => ({ path: '/v1/compliance-reports', body: thePastHour() }),
    effect: countAt('/v1/compliance-reports'),
  },
  exportMe: {
    // A person has one export a day.
    request: async (by, { colleague }) => ({
      sender: await turned(by, colleague(), 'enable'),
      path: '/v1/me/export',
    }),
    effect: onlyTheReplyTells,
  },
  acceptInvitation: {
    request: async (by, { colleague, neighbour }) => {
      const sender = await turned(by, colleague(), 'enable');
      const token = await invite(neighbour, sender, 'analyst');
      return { sender, path: '/v1/invitations/accept', body: { token } };
    },
    effect: async (by, { sender = by }) => countWorkspaces(sender),
  },
  leaveWorkspace: {
    request: async (by, { colleague }) => {
      const sender = await turned(by, colleague(), 'enable');
      return { sender, path: '/v1/workspace/leave', body: { workspaceId: claimOf(sender, 'workspace_id') } };
    },
    // One fewer each time.
    effect: async (by) => -(await countAt('/v1/members')(by)),
  },
};
