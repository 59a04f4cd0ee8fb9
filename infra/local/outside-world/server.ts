import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import * as z from 'zod';
import { type Incoming, receive } from '../x-sandbox/http.ts';
import { Answer, deliver } from './answer.ts';

/*
 * External servers, which webhooks, feeds and calls of automations reach. Records requests to any path, and responds as
 * configured through the control API under /_world; by default with 200.
 */

export interface OutsideWorld {
  url: string;
  port: number;
  /** Ends all requests, hanging ones included. */
  close(): Promise<void>;
}

/** A request as received. */
export interface Arrival {
  number: number;
  at: string;
  method: string;
  path: string;
  query: string;
  headers: Incoming['headers'];
  /** The bytes in base64. */
  body: string;
}

/** The responses to the next requests at a path, in order; the last one repeats. */
const Script = z.strictObject({ path: z.string().startsWith('/'), answers: z.array(Answer).min(1).max(1000) });

const keptArrivals = 5000;

/** Starts the outside world on this machine. @throws when the port is taken */
export async function startOutsideWorld({ port = 0 }: { port?: number } = {}): Promise<OutsideWorld> {
  const scripts = new Map<string, Answer[]>();
  let arrivals: Arrival[] = [];
  let count = 0;
  const stop = new AbortController();

  const control = (incoming: Incoming): Answer | undefined => {
    const json = (value: unknown) => Answer.parse({ headers: jsonType, body: JSON.stringify(value) });
    switch (`${incoming.method} ${incoming.path}`) {
      case 'PUT /_world/script': {
        const script = Script.safeParse(JSON.parse(String(incoming.body)));
        if (!script.success) return Answer.parse({ status: 400, body: z.prettifyError(script.error) });
        scripts.set(script.data.path, script.data.answers);
        return json(script.data);
      }
      case 'GET /_world/requests': {
        const path = incoming.query.get('path');
        return json({ requests: arrivals.filter((each) => path === null || each.path === path) });
      }
      case 'POST /_world/reset':
        scripts.clear();
        arrivals = [];
        return json({ reset: true });
      default:
        return incoming.path.startsWith('/_world') ? Answer.parse({ status: 404 }) : undefined;
    }
  };

  const next = (path: string): Answer => {
    const script = scripts.get(path) ?? [];
    return (script.length > 1 ? script.shift() : script[0]) ?? Answer.parse({});
  };

  const record = ({ method, path, query, headers, body }: Incoming): void => {
    count += 1;
    const at = new Date().toISOString();
    const bytes = (body ?? Buffer.alloc(0)).toString('base64');
    arrivals.push({ number: count, at, method, path, query: query.toString(), headers, body: bytes });
    if (arrivals.length > keptArrivals) arrivals.shift();
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const incoming = await receive(request);
    const own = control(incoming);
    if (!own) record(incoming);
    await deliver(response, own ?? next(incoming.path), stop.signal);
  };

  const server = createServer((request, response) => {
    handle(request, response).catch(() => {
      // The client disconnected, or this server stops.
      response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no TCP address.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        stop.abort();
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

const jsonType = { 'content-type': 'application/json; charset=utf-8' };
