import * as z from 'zod';
import { eventually, type Marketer } from '#infra/local/marketer.ts';
import type { Role } from '#shared/permissions.ts';
import { whereIs } from './answers.ts';
import { boxOf } from './mail-box.ts';

/** The token of the latest invitation from a workspace to an address, which exists only in the mailbox. */
export const mailedToken = (workspaceId: string, email: string): Promise<string> =>
  eventually(`a mail to ${email}`, async () =>
    (await boxOf(email))
      .flatMap(({ BodyText }) => /\/invitation#(\S+)/.exec(BodyText)?.[1] ?? [])
      .filter((token) => token.startsWith(`${workspaceId}.`))
      .at(-1),
  );

/** Invites somebody to a colleague's workspace, using only the API. @returns the mailed token */
export const invite = async (colleague: Marketer, person: Marketer, role: Role): Promise<string> => {
  const { workspaceId } = await whereIs(colleague);
  await colleague.do(z.object({ id: z.string() }), 'POST', '/v1/invitations', { email: person.email, role });
  return mailedToken(workspaceId, person.email);
};

/** Lets somebody without an account join by invitation, and signs them in. */
export const joinByInvitation = async (colleague: Marketer, person: Marketer, role: Role): Promise<void> => {
  const token = await invite(colleague, person, role);
  const body = { token, name: 'Robin Colleague', password: person.password };
  await person.do(z.object({ nextStep: z.literal('sign_in') }), 'POST', '/v1/invitations/register', body);
  await person.signIn();
};
