import { lookup as systemLookup } from 'node:dns';
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { isPublicAddress } from './address.ts';
import { destinationOf, type Reach } from './destination.ts';
import { type AnswerHeaders, headersOfInterest, type NotAnswered, type Outcome } from './outcome.ts';

export interface OutboundRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  headers?: Readonly<Record<string, string>>;
  body?: string | Buffer;
  /** Bytes of the answer's body that are read. A longer one is `cut` there, or `refused` as too large. */
  answer: { maxBytes: number; longer: 'cut' | 'refused' };
  /** For all of it, from the look-up of the name to the last byte that is read; 15 s unless said otherwise. */
  timeoutMs?: number;
}

/** Sends a request to an address that a user has given. What the other side does is an outcome, never an exception. */
export type Send = (request: OutboundRequest) => Promise<Outcome>;

interface SenderOptions {
  /** Where it sends besides, and where not. */
  reach?: Reach;
  /** For tests: who resolves names, which certificates are trusted besides, and which port is connected to. */
  lookup?: LookupFunction;
  ca?: string;
  port?: number;
}

const defaultTimeoutMs = 15_000;

/** The largest request that is sent, and the largest headers of an answer, in bytes. */
export const maxRequestBytes = 256 * 1024;
const maxHeaderBytes = 16 * 1024;

class AddressRefused extends Error {}
class TooLarge extends Error {}

/** Resolves a name, and refuses it when any of its addresses is not public: what is connected to is what was checked. */
const publicOnly =
  (lookup: LookupFunction): LookupFunction =>
  (hostname, options, callback) => {
    lookup(hostname, options, (error, found, family) => {
      const addresses = Array.isArray(found) ? found.map(({ address }) => address) : [found];
      if (error || addresses.every(isPublicAddress)) callback(error, found, family);
      else callback(new AddressRefused(), found, family);
    });
  };

/**
 * The one sender for addresses that users supply (webhooks, feeds, calls of automations). It connects to public addresses
 * alone, checked when the connection is made, over HTTPS on port 443; follows no redirect; and reads, waits and sends no
 * more than it is told.
 */
export const senderTo = (options: SenderOptions = {}): Send => {
  const { reach = { exceptions: [] }, lookup = systemLookup, ca, port } = options;
  const { exceptions } = reach;
  // No connection is kept: each request looks its name up, and is checked.
  const agent = new Agent({ keepAlive: false });
  const open = (url: URL, settings: RequestOptions): ClientRequest => {
    const tls = { ...settings, agent, ...(ca !== undefined && { ca }) };
    if (!exceptions.includes(url.host)) {
      return httpsRequest(url, { ...tls, ...(port !== undefined && { port }), lookup: publicOnly(lookup) });
    }
    if (url.protocol === 'https:') return httpsRequest(url, tls);
    // Not imported: ESM reads every export of node:http, and one of them loads undici (30 ms).
    const http = process.getBuiltinModule('node:http');
    return http.request(url, { ...settings, agent: new http.Agent({ keepAlive: false }) });
  };

  return async ({ method, url: address, headers = {}, body = '', answer, timeoutMs = defaultTimeoutMs }) => {
    const started = performance.now();
    const elapsed = () => Math.round(performance.now() - started);
    const url = destinationOf(address, reach);
    if (!(url instanceof URL)) return { outcome: 'refused_address', reason: url, milliseconds: 0 };
    const bytes = Buffer.from(body);
    if (bytes.length > maxRequestBytes) throw new RangeError(`A request of more than ${maxRequestBytes} bytes`);
    const late = AbortSignal.timeout(timeoutMs);
    const request = open(url, {
      method,
      signal: late,
      maxHeaderSize: maxHeaderBytes,
      headers: {
        'user-agent': 'x-marketing-platform',
        'accept-encoding': 'identity',
        ...headers,
        ...((bytes.length > 0 || method !== 'GET') && { 'content-length': bytes.length }),
      },
    });
    try {
      const response = await responseTo(request, bytes);
      const read = await bodyOf(response, answer);
      const { statusCode: status = 0 } = response;
      return { outcome: 'answered', status, headers: shownHeaders(response), ...read, milliseconds: elapsed() };
    } catch (error) {
      // A body that is cut in the middle says the same whoever cut it.
      const failure = late.aborted ? { outcome: 'timed_out' as const, reason: 'timed_out' } : failureOf(error);
      return { ...failure, milliseconds: elapsed() };
    } finally {
      request.destroy();
    }
  };
};

const responseTo = (request: ClientRequest, body: Buffer): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    request.once('response', resolve);
    request.on('error', reject);
    // Without an answer and without an error: a switch of protocols, for one.
    request.once('close', () => {
      reject(new Error('closed'));
    });
    request.end(body);
  });

const bodyOf = async (
  response: IncomingMessage,
  { maxBytes, longer }: OutboundRequest['answer'],
): Promise<{ body: Buffer; isWhole: boolean }> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size <= maxBytes) continue;
    if (longer === 'refused') throw new TooLarge();
    return { body: Buffer.concat(chunks).subarray(0, maxBytes), isWhole: false };
  }
  return { body: Buffer.concat(chunks), isWhole: true };
};

const shownHeaders = ({ headers }: IncomingMessage): AnswerHeaders =>
  Object.fromEntries(headersOfInterest.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])));

/** Codes of OpenSSL for a certificate that does not convince, as Node has them (Node: X509 certificate error codes). */
const ofTls =
  /^(?:ERR_(?:TLS|SSL)|CERT_|EPROTO$|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_(?:CA|PURPOSE))/;

const failureOf = (error: unknown): Pick<NotAnswered, 'outcome' | 'reason'> => {
  if (error instanceof AddressRefused) return { outcome: 'refused_address', reason: 'address_not_public' };
  if (error instanceof TooLarge) return { outcome: 'too_large', reason: 'body_too_large' };
  const code = codeOf(error);
  if (code === 'HPE_HEADER_OVERFLOW') return { outcome: 'too_large', reason: 'headers_too_large' };
  if (code.startsWith('HPE_')) return { outcome: 'not_http', reason: code.toLowerCase() };
  if (ofTls.test(code)) return { outcome: 'tls_failed', reason: code.toLowerCase() };
  return { outcome: 'unreachable', reason: code.toLowerCase() };
};

/** Node's code of an error; of several, as when each address of a name refuses, that of the first. */
const codeOf = (error: unknown): string => {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  return error instanceof Error && 'code' in error ? String(error.code) : 'closed';
};
