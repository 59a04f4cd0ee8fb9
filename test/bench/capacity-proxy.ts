import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod';

/** Write units that DynamoDB reports, by the function that wrote (AWS: `ConsumedCapacity`). */
export type WriteUnits = ReadonlyMap<string, number>;

export interface CapacityProxy {
  url: string;
  /** Units since the last call. */
  take(): WriteUnits;
  stop(): void;
}

const writes = /^DynamoDB_20120810\.(PutItem|UpdateItem|DeleteItem|TransactWriteItems|BatchWriteItem)$/;
const Counted = z.object({ CapacityUnits: z.number() });
const Answer = z.object({ ConsumedCapacity: z.union([Counted, z.array(Counted)]).optional() });

/**
 * Sits between the functions and AWS and makes DynamoDB report the units of each write. Changing a request breaks its
 * signature, so the stage must run without IAM.
 */
export const startCapacityProxy = async (port: number, upstream: string): Promise<CapacityProxy> => {
  let counted = new Map<string, number>();
  const target = new URL(upstream);

  const forward = async (incoming: IncomingMessage) => {
    const given = await text(incoming);
    const isWrite = writes.test(String(incoming.headers['x-amz-target']));
    const body = isWrite
      ? JSON.stringify({ ...Json.parse(JSON.parse(given)), ReturnConsumedCapacity: 'TOTAL' })
      : given;
    const headers = { ...incoming.headers, 'content-length': String(Buffer.byteLength(body)) };
    const outgoing = request({
      host: target.hostname,
      port: target.port,
      method: incoming.method,
      path: incoming.url,
      headers,
    });
    outgoing.end(body);
    const [answer] = z.tuple([z.custom<IncomingMessage>()]).parse(await once(outgoing, 'response'));
    const answered = await text(answer);
    if (isWrite && answer.statusCode === 200) {
      const { ConsumedCapacity = [] } = Answer.parse(JSON.parse(answered));
      const units = [ConsumedCapacity].flat().reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0);
      const who = /app\/(\S+)/.exec(String(incoming.headers['user-agent']))?.[1] ?? 'unknown';
      counted.set(who, (counted.get(who) ?? 0) + units);
    }
    return { status: answer.statusCode ?? 502, headers: answer.headers, body: answered };
  };

  const server = createServer((incoming, outgoing) => {
    forward(incoming).then(
      ({ status, headers, body }) => outgoing.writeHead(status, headers).end(body),
      () => outgoing.destroy(),
    );
  });
  await once(server.listen(port, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${port}`,
    take() {
      const taken = counted;
      counted = new Map();
      return taken;
    },
    stop: () => server.close(),
  };
};

const Json = z.record(z.string(), z.unknown());
