import * as z from 'zod';
import { openTable } from '#shared/table.ts';

export const noon = new Date('2026-11-22T12:00:00Z');

type Reply = object | { status: number; error: string; more?: object };

const Asked = z.object({ body: z.instanceof(Uint8Array), headers: z.record(z.string(), z.string()) });

/** A table whose DynamoDB gives the test's replies one by one, in the wire format of AWS JSON 1.0. */
export const tableThatHears = (...replies: Reply[]) => {
  const asked: { operation: string | undefined; input: Record<string, unknown> }[] = [];
  const handle = async (request: unknown) => {
    const { body, headers } = Asked.parse(request);
    const input = z.record(z.string(), z.unknown()).parse(JSON.parse(new TextDecoder().decode(body)));
    asked.push({ operation: headers['x-amz-target']?.split('.')[1], input });
    const reply = replies.shift();
    if (!reply) throw new Error('The test expects no further request');
    const said =
      'error' in reply && 'status' in reply
        ? {
            statusCode: reply.status,
            body: { __type: `com.amazonaws.dynamodb.v20120810#${reply.error}`, message: 'no', ...reply.more },
          }
        : { statusCode: 200, body: reply };
    const text = new Blob([JSON.stringify(said.body)]).stream();
    return {
      response: { statusCode: said.statusCode, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: text },
    };
  };
  const table = openTable('things', () => noon, {
    region: 'eu-central-1',
    endpoint: 'http://dynamodb.invalid',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
    requestHandler: { handle },
  });
  return { table, asked };
};

export const refused = { status: 400, error: 'ConditionalCheckFailedException' };
export const throttled = { status: 400, error: 'ThrottlingException' };
export const tooLarge = (message = 'Item size has exceeded the maximum allowed size') => ({
  status: 400,
  error: 'ValidationException',
  more: { message },
});
export const cancelled = (...codes: string[]) => ({
  status: 400,
  error: 'TransactionCanceledException',
  more: { CancellationReasons: codes.map((Code) => ({ Code })) },
});
