import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** Maximum size of a request; X's largest documented media chunk is 5 MB. */
export const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** A complete request, independent of the socket. */
export interface Incoming {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** Undefined when the body exceeds {@link MAX_BODY_BYTES}. */
  body: Buffer | undefined;
}

/** A response before it is sent. */
export interface Reply {
  status: number;
  contentType?: string;
  headers?: Record<string, string>;
  payload: string | Buffer;
}

/** How to send a response; faults change it. */
export interface Delivery {
  reply: Reply;
  /** Closes the socket without sending a byte. */
  cut?: boolean;
  /** Sends the body in small pieces over this many milliseconds. */
  dripMs?: number;
  /** Announces the full body, sends this many bytes of it, and closes the socket. */
  hangUpAfterBytes?: number;
}

/** Ends the request with this response; nothing is billed. */
export class Refusal extends Error {
  readonly reply: Reply;
  constructor(reply: Reply) {
    super(`Refused with ${reply.status}`);
    this.reply = reply;
  }
}

export function json(status: number, value: unknown, headers: Record<string, string> = {}): Reply {
  return { status, contentType: 'application/json; charset=utf-8', headers, payload: JSON.stringify(value) };
}

export function html(status: number, payload: string, headers: Record<string, string> = {}): Reply {
  return { status, contentType: 'text/html; charset=utf-8', headers, payload };
}

export function empty(status: number): Reply {
  return { status, payload: '' };
}

/** Reads the entire request. A body that is too long is read to its end and discarded, so that the response arrives. */
export async function receive(request: IncomingMessage): Promise<Incoming> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError('A request body arrives as bytes.');
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
    else chunks.length = 0;
  }
  const target = request.url ?? '/';
  const mark = target.indexOf('?');
  return {
    method: request.method ?? 'GET',
    path: mark < 0 ? target : target.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1)),
    headers: request.headers,
    body: size <= MAX_BODY_BYTES ? Buffer.concat(chunks) : undefined,
  };
}

/** Sends the response as the delivery says. */
export async function deliver(
  response: ServerResponse,
  delivery: Delivery,
  now: Date,
  stop: AbortSignal,
): Promise<void> {
  const { reply } = delivery;
  if (delivery.cut) {
    response.destroy();
    return;
  }
  const payload = typeof reply.payload === 'string' ? Buffer.from(reply.payload) : reply.payload;
  response.writeHead(reply.status, {
    date: now.toUTCString(),
    'content-length': payload.length,
    'x-content-type-options': 'nosniff',
    ...(reply.contentType !== undefined && { 'content-type': reply.contentType }),
    ...reply.headers,
  });
  if (delivery.hangUpAfterBytes !== undefined) {
    response.write(payload.subarray(0, delivery.hangUpAfterBytes), () => response.destroy());
    return;
  }
  if (delivery.dripMs !== undefined) await drip(response, payload, delivery.dripMs, stop);
  else response.end(payload);
}

/** Sends the body byte by byte, or a longer one in at most 1,000 pieces, over the given time. */
async function drip(response: ServerResponse, payload: Buffer, ms: number, stop: AbortSignal): Promise<void> {
  const pieces = Math.max(1, Math.min(payload.length, 1000));
  const size = Math.ceil(payload.length / pieces);
  for (let start = 0; start < payload.length && !response.destroyed; start += size) {
    response.write(payload.subarray(start, start + size));
    await sleep(ms / pieces, undefined, { signal: stop });
  }
  response.end();
}

/** Returns the media type of the body without parameters, in lower case. */
export function mediaTypeOf(headers: IncomingHttpHeaders): string {
  return (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}
