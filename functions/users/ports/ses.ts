import { SendEmailCommand, SESv2Client, type SESv2ClientConfig } from '@aws-sdk/client-sesv2';
import { callLimits } from '#shared/aws-client.ts';
import { errorName } from '#shared/errors.ts';

export interface Message extends RenderedMail {
  to: string;
  /** The same for all attempts, so that duplicates can be recognized. */
  id: string;
  /** URL for one-click unsubscription (RFC 8058); undefined for kinds that cannot be unsubscribed from. */
  unsubscribeUrl: string | undefined;
}

/** Sends emails. */
export interface MailSender {
  /** `refused`: it will never be accepted unchanged. @throws Error if it can be accepted later */
  send(letter: Message): Promise<'sent' | 'refused'>;
}

/** Permanent errors of SES (Amazon SES API v2 reference: SendEmail). */
const refusals = new Set([
  'MessageRejected',
  'BadRequestException',
  'MailFromDomainNotVerifiedException',
  'NotFoundException',
]);

/** Amazon SES, with a sender address of the stage's identity. */
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

/** An email in both formats. */
export interface RenderedMail {
  subject: string;
  text: string;
  html: string;
}
