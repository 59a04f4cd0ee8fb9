import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { sesSender } from '#functions/users/ports/ses.ts';

const letter = {
  to: 'bob@example.com',
  id: 'mal_1',
  subject: 'Grüße',
  text: 'Hello',
  html: '<p>Hello</p>',
  unsubscribeUrl: undefined,
};

/** SES in its wire form (REST JSON): what was requested, and how the sender takes the answer. */
const onWire = async (
  answer: { error?: string },
  sent: Parameters<ReturnType<typeof sesSender>['send']>[0] = letter,
) => {
  const asked: unknown[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      asked.push({ path: request.url, body: JSON.parse(body) as unknown });
      response.writeHead(answer.error === undefined ? 200 : 400, {
        'content-type': 'application/json',
        ...(answer.error !== undefined && { 'x-amzn-errortype': answer.error }),
      });
      response.end(
        JSON.stringify(answer.error === undefined ? { MessageId: 'message-1' } : { message: 'bob@example.com' }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening server has an address with a port.
  const { port } = server.address() as AddressInfo;
  const postman = sesSender('no-reply@marketing.example', {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  try {
    return { outcome: await postman.send(sent), asked };
  } finally {
    server.closeAllConnections();
    server.close();
  }
};

test('a mail is sent from the stage’s sender, in both forms, with its id in a header', async () => {
  const { outcome, asked } = await onWire({});
  expect(outcome).toBe('sent');
  expect(asked).toEqual([
    {
      path: '/v2/email/outbound-emails',
      body: {
        FromEmailAddress: 'no-reply@marketing.example',
        Destination: { ToAddresses: ['bob@example.com'] },
        Content: {
          Simple: {
            Subject: { Data: 'Grüße', Charset: 'UTF-8' },
            Body: { Text: { Data: 'Hello', Charset: 'UTF-8' }, Html: { Data: '<p>Hello</p>', Charset: 'UTF-8' } },
            Headers: [{ Name: 'X-Entity-Ref-ID', Value: 'mal_1' }],
          },
        },
      },
    },
  ]);
});

test('a mail that may be switched off has unsubscribe headers for mail programs (RFC 8058)', async () => {
  const unsubscribeUrl = 'https://pages.example/v1/mail-preferences/unsubscribe?token=t';
  const { asked } = await onWire({}, { ...letter, unsubscribeUrl });
  expect(asked).toMatchObject([
    {
      body: {
        Content: {
          Simple: {
            Headers: [
              { Name: 'X-Entity-Ref-ID' },
              { Name: 'List-Unsubscribe', Value: `<${unsubscribeUrl}>` },
              { Name: 'List-Unsubscribe-Post', Value: 'List-Unsubscribe=One-Click' },
            ],
          },
        },
      },
    },
  ]);
});

test.each(['MessageRejected', 'BadRequestException', 'MailFromDomainNotVerifiedException'])(
  '%s is a refusal',
  async (error) => {
    expect((await onWire({ error })).outcome).toBe('refused');
  },
);

test.each([
  'TooManyRequestsException',
  'SendingPausedException',
  'LimitExceededException',
  'AccountSuspendedException',
])('%s raises an error, so that the mail is tried again', async (error) => {
  await expect(onWire({ error })).rejects.toThrow();
});
