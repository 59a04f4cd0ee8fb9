import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** No request may carry more than this; X's largest documented media chunk is 5 MB. */
export const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** A request as the rooms of the sandbox see it: whole, and independent of the socket. */
export interface Incoming {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** undefined when the body was longer than {@link MAX_BODY_BYTES}. */
  body: Buffer | undefined;
}

/** An answer before it is put on the wire. */
export interface Reply {
  status: number;
  contentType?: string;
  headers?: Record<string, string>;
  payload: string | Buffer;
}

/** How an answer reaches the client; faults change it. */
export interface Delivery {
  reply: Reply;
  /** Close the socket without a byte of an answer. */
  cut?: boolean;
  /** Send the body in small pieces spread over this many milliseconds. */
  dripMs?: number;
  /** Announce the whole body, send this many bytes of it, close the socket. */
  hangUpAfterBytes?: number;
}

/** Says no: whoever throws it ends the request with this answer, and nothing is billed. */
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

/** Reads the whole request. A body that is too long is read to its end and thrown away, so that the answer arrives. */
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

/** Puts the answer on the wire in the way the delivery says. */
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

/** The body byte by byte, or in at most 1,000 pieces when it is longer, over the given time. */
async function drip(response: ServerResponse, payload: Buffer, ms: number, stop: AbortSignal): Promise<void> {
  const pieces = Math.max(1, Math.min(payload.length, 1000));
  const size = Math.ceil(payload.length / pieces);
  for (let start = 0; start < payload.length && !response.destroyed; start += size) {
    response.write(payload.subarray(start, start + size));
    await sleep(ms / pieces, undefined, { signal: stop });
  }
  response.end();
}

/** The media type of the body without its parameters, in lower case. */
export function mediaTypeOf(headers: IncomingHttpHeaders): string {
  return (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}
