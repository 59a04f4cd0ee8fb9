import * as z from 'zod';
import { eventually, type Marketer } from '#infra/local/marketer.ts';
import type { Role } from '#shared/permissions.ts';
import { whereIs } from './answers.ts';
import { boxOf } from './mail-box.ts';

/** The token of the latest invitation that a workspace has mailed to an address; it lies in the mailbox alone. */
export const mailedToken = (workspaceId: string, email: string): Promise<string> =>
  eventually(`a mail to ${email}`, async () =>
    (await boxOf(email))
      .flatMap(({ BodyText }) => /\/invitation#(\S+)/.exec(BodyText)?.[1] ?? [])
      .filter((token) => token.startsWith(`${workspaceId}.`))
      .at(-1),
  );

/** Invites somebody into a colleague's workspace, by the API alone; the token that was mailed. */
export const invite = async (colleague: Marketer, person: Marketer, role: Role): Promise<string> => {
  const { workspaceId } = await whereIs(colleague);
  await colleague.do(z.object({ id: z.string() }), 'POST', '/v1/invitations', { email: person.email, role });
  return mailedToken(workspaceId, person.email);
};

/** Has somebody without an account join by an invitation, and signs them in. */
export const joinByInvitation = async (colleague: Marketer, person: Marketer, role: Role): Promise<void> => {
  const token = await invite(colleague, person, role);
  const body = { token, name: 'Robin Colleague', password: person.password };
  await person.do(z.object({ nextStep: z.literal('sign_in') }), 'POST', '/v1/invitations/register', body);
  await person.signIn();
};
