import * as z from 'zod';
import * as invitations from '#functions/users/team/invitation-contract.ts';
import * as members from '#functions/users/team/member-contract.ts';
import type { Role } from '#shared/permissions.ts';
import { clockAt } from '#test/support/context-harness.ts';
import type { SignedIn } from '#test/support/http-event.ts';
import { ada, harness } from './harness.ts';

export const password = 'Another-Horse-7-Staple';
export const Invited = z.object({ id: z.string(), version: z.int() });
const MailItem = z.object({ type: z.literal('mail'), to: z.string(), data: z.object({ token: z.string() }) });

/** Ada's workspace, to which others are invited. */
export const team = async (pause?: () => Promise<void>) => {
  const users = harness(clockAt('2026-11-22T09:00:00.000Z'), pause);
  const owner = await users.ada();

  /** The token in the latest mail to an address. */
  const tokenFor = (email: string): string => {
    const mails = users.changes.flatMap(({ after }) => MailItem.safeParse(after).data ?? []);
    return mails.filter(({ to }) => to === email).at(-1)?.data.token ?? '';
  };
  const invite = (email: string, role: Role = 'editor', as: SignedIn = owner) =>
    users.call(invitations.createInvitation, { as, body: { email, role } });
  const register = (token: string, more: object = {}) =>
    users.call(invitations.registerByInvitation, { body: { token, name: 'Someone New', password, ...more } });

  /** A person who joined by an invitation, with the claims of their token. */
  const member = async (name: string, role: Role = 'editor'): Promise<SignedIn> => {
    const email = `${name}@example.com`;
    await invite(email, role);
    await register(tokenFor(email));
    return users.whoIs(email);
  };
  /** A person with a workspace of their own. */
  const stranger = async (name: string): Promise<SignedIn> => {
    const email = `${name}@example.com`;
    await users.signUp({ ...ada, email });
    await users.confirm(users.latestCode(email), email);
    return users.whoIs(email);
  };
  const setRole = async (as: SignedIn, personId: string, role: Role) => {
    const read = await users.call(members.getMember, { as, path: { personId } });
    const { version } = z.object({ version: z.int() }).parse(read.body);
    const headers = { 'if-match': `"v${version}"` };
    return users.call(members.changeMemberRole, { as, path: { personId }, body: { role }, headers });
  };

  return {
    users,
    owner,
    tokenFor,
    invite,
    register,
    accept: (token: string, as: SignedIn) => users.call(invitations.acceptInvitation, { as, body: { token } }),
    member,
    stranger,
    call: (operation: Parameters<typeof users.call>[0], as: SignedIn, personId: string, more: object = {}) =>
      users.call(operation, { as, path: { personId }, ...more }),
    setRole,
    /** The events since the sign-up: type, entity and data. */
    told: () =>
      users
        .events()
        .filter(({ definition }) => !/^(user|mail)\./.test(definition.type))
        .map(({ definition, detail }) => [definition.type, detail.entityId, detail.data] as const),
  };
};
