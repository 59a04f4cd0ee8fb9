import { SendEmailCommand, SESv2Client, type SESv2ClientConfig } from '@aws-sdk/client-sesv2';
import { callLimits } from '#shared/aws-client.ts';
import { errorName } from '#shared/errors.ts';

export interface Message extends RenderedMail {
  to: string;
  /** The same for every try of a mail, so that a second copy can be known as one. */
  id: string;
  /** Where a mail program sends the wish for no more of them (RFC 8058), for kinds that may be switched off. */
  unsubscribeUrl: string | undefined;
}

/** Sends mails. */
export interface MailSender {
  /** `refused`: it will never be accepted as it is. @throws Error when it may be accepted later. */
  send(letter: Message): Promise<'sent' | 'refused'>;
}

/** Errors of SES that another try does not mend (Amazon SES API v2 reference: SendEmail). */
const refusals = new Set([
  'MessageRejected',
  'BadRequestException',
  'MailFromDomainNotVerifiedException',
  'NotFoundException',
]);

/** Amazon SES, with an address of the stage's own identity as the sender. */
export const sesSender = (sender: string, config: SESv2ClientConfig = {}): MailSender => {
  const ses = new SESv2Client({ ...callLimits(), ...config });
  const content = (Data: string) => ({ Data, Charset: 'UTF-8' });
  return {
    async send({ to, id, subject, text, html, unsubscribeUrl }) {
      const Headers = Object.entries({
        'X-Entity-Ref-ID': id,
        ...(unsubscribeUrl !== undefined && {
          'List-Unsubscribe': `<${unsubscribeUrl}>`,
          'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
        }),
      }).map(([Name, Value]) => ({ Name, Value }));
      const command = new SendEmailCommand({
        FromEmailAddress: sender,
        Destination: { ToAddresses: [to] },
        Content: {
          Simple: { Subject: content(subject), Body: { Text: content(text), Html: content(html) }, Headers },
        },
      });
      try {
        await ses.send(command);
        return 'sent';
      } catch (error) {
        if (refusals.has(errorName(error) ?? '')) return 'refused';
        throw error;
      }
    },
  };
};

/** A mail as it is sent, in both of its forms. */
export interface RenderedMail {
  subject: string;
  text: string;
  html: string;
}
