import * as z from 'zod';
import { DomainError } from '#shared/errors.ts';
import { MailId, WorkspaceId } from '#shared/ids.ts';
import { isSameSecret } from '#shared/secrets.ts';
import type { Mail } from './mail.ts';

/** Token of an unsubscribe link: the ids of its email, and that email's secret. */
export const UnsubscribeToken = z
  .string()
  .max(200, { abort: true })
  .regex(/^wsp_\w{26}\.mal_\w{26}\.[\w-]{43}$/, 'must be the token from an email')
  .meta({ description: 'Token from the unsubscribe link of an email' });

export const unsubscribeToken = ({ workspaceId, id }: Mail, secret: string): string => `${workspaceId}.${id}.${secret}`;

const Parts = z.tuple([WorkspaceId, MailId, z.string()]);

/** @throws DomainError `invalid_unsubscribe_token` */
export const partsOf = (token: string) => {
  const parts = Parts.safeParse(token.split('.'));
  if (!parts.success) throw invalidUnsubscribeToken();
  const [workspaceId, mailId, secret] = parts.data;
  return { workspaceId, mailId, secret };
};

/** Whether the secret belongs to the email. */
export const isSecretOf = ({ sending }: Mail, secret: string): boolean =>
  sending !== undefined && isSameSecret(sending.unsubscribeSecret, secret);

/** The same error for a token that is malformed, wrong, or of a deleted email. */
export const invalidUnsubscribeToken = (): DomainError =>
  new DomainError(
    'invalid',
    'invalid_unsubscribe_token',
    'The link is no longer valid. Use the link in a newer email.',
    {
      fields: [{ path: 'query.token', code: 'invalid_unsubscribe_token', message: 'must be the token from an email' }],
    },
  );
