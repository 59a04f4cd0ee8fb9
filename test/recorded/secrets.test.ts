import { DeleteMessageBatchCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, inject, test } from 'vitest';
import * as z from 'zod';
import { linesOf, logGroups } from '../support/integration/logs.ts';
import { asRoot, stage } from '../support/integration/stage.ts';
import { recorded, recordedSecrets, refusalsFile } from '../support/recordings.ts';

/** Every event of the run, as a listener on the bus received it. */
const events = async (): Promise<string[]> => {
  const sqs = new SQSClient(asRoot);
  const QueueUrl = inject('everyEventUrl');
  const all: string[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    if (Messages.length === 0) return all;
    all.push(...Messages.map(({ Body = '' }) => Body));
    const Entries = Messages.map(({ MessageId: Id, ReceiptHandle }) => ({ Id, ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  }
};

const Mails = z.object({ messages: z.record(z.string(), z.array(z.object({ BodyText: z.string() }))) });

/** The mailed codes, and the tokens of mailed links. */
const mailed = async (): Promise<string[]> => {
  const { messages } = Mails.parse(await (await fetch(stage.mailUrl)).json());
  const texts = Object.values(messages).flatMap((mails) => mails.map(({ BodyText }) => BodyText));
  return texts.flatMap((text) => [
    ...Array.from(text.matchAll(/^Code: (\S+)$/gm), ([, code = '']) => code),
    ...Array.from(text.matchAll(/#(\S{20,})/g), ([, token = '']) => token),
  ]);
};

const jsonWebToken = /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}/;
/** Any address except the example in refusals. */
const mailAddress = /(?<![\w.+-])(?!ada@example\.com)[\w.+-]+@example\.com/i;
/** The runs of characters that a secret may consist of, whole and split where a URL or a field would split them. */
const wordsOf = (text: string): string[] =>
  (text.match(/[\w.!+/=:-]+/g) ?? []).flatMap((run) => [run, ...run.split(/[=/:]/)]);
const isCode = (secret: string): boolean => /^\d{6}$/.test(secret);
const isMailedCode = (secret: string): boolean => /^[0-9A-Z]{4}-[0-9A-Z]{4}$/.test(secret);

test('no password, token, code or address of the whole run appears in a log line, event or refusal', async ({
  annotate,
}) => {
  const secrets = new Set(
    [...recordedSecrets(), ...(await mailed())].filter(
      (each) => isCode(each) || isMailedCode(each) || each.length >= 12,
    ),
  );
  const groups = await logGroups();
  const told = {
    lines: (await Promise.all(groups.map((group) => linesOf(group)))).flat(),
    events: await events(),
    refusals: z.array(z.string()).parse(recorded(refusalsFile)),
  };
  await annotate(
    `${secrets.size} secrets in ${told.lines.length} log lines of ${groups.length} groups, ${told.events.length} events ` +
      `and ${told.refusals.length} refusals`,
  );
  for (const [what, texts] of Object.entries(told)) {
    expect(texts.length, what).toBeGreaterThan(100);
    const leaks = texts.flatMap((text) => {
      // Six digits are a code only as a string of their own; otherwise they are part of a number.
      const words = wordsOf(text).filter((word) => secrets.has(word) && (!isCode(word) || text.includes(`"${word}"`)));
      const patterns = [jsonWebToken, mailAddress].flatMap((pattern) => pattern.exec(text)?.[0] ?? []);
      return [...words, ...patterns].map((leak) => `${leak} in ${text}`);
    });
    expect(leaks, what).toEqual([]);
  }
});
