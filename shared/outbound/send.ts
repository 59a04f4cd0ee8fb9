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
  /** How many bytes of the response's body to read. A longer one is `cut` there, or `refused` as too large. */
  answer: { maxBytes: number; longer: 'cut' | 'refused' };
  /** For the entire request, from the DNS lookup to the last byte read; 15 s by default. */
  timeoutMs?: number;
}

/**
 * Sends a request to an address that a user entered. Whatever the other side does is an outcome, never an exception.
 */
export type Send = (request: OutboundRequest) => Promise<Outcome>;

interface SenderOptions {
  /** Exceptions to which hosts it sends to. */
  reach?: Reach;
  /** For tests: DNS resolver, additional trusted certificates, and port to connect to. */
  lookup?: LookupFunction;
  ca?: string;
  port?: number;
}

const defaultTimeoutMs = 15_000;

/** Maximum size of a request, and of a response's headers, in bytes. */
export const maxRequestBytes = 256 * 1024;
const maxHeaderBytes = 16 * 1024;

class AddressRefused extends Error {}
class TooLarge extends Error {}

/**
 * Resolves a name, and refuses it when any of its addresses is not public. The connection uses the addresses checked
 * here.
 */
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
 * The only sender for addresses that users enter (webhooks, feeds, calls of automations). It connects only to public
 * addresses, checked when the connection is made, over HTTPS on port 443; follows no redirects; and bounds what it
 * reads, sends and waits for.
 */
export const senderTo = (options: SenderOptions = {}): Send => {
  const { reach = { exceptions: [] }, lookup = systemLookup, ca, port } = options;
  const { exceptions } = reach;
  // No keep-alive, so that every request resolves and checks the name.
  const agent = new Agent({ keepAlive: false });
  const open = (url: URL, settings: RequestOptions): ClientRequest => {
    const tls = { ...settings, agent, ...(ca !== undefined && { ca }) };
    if (!exceptions.includes(url.host)) {
      return httpsRequest(url, { ...tls, ...(port !== undefined && { port }), lookup: publicOnly(lookup) });
    }
    if (url.protocol === 'https:') return httpsRequest(url, tls);
    // Not imported: ESM evaluates every export of node:http, and one of them loads undici (30 ms).
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
      // A body cut off by the timeout fails with the same error as one cut off by the other side.
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
    // Closed without response or error, such as after a switch of protocols.
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

/** OpenSSL's codes for untrusted certificates, as Node reports them (Node: X509 certificate error codes). */
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

/** Returns Node's code of an error; of an aggregate, as when every address of a name refuses, that of the first. */
const codeOf = (error: unknown): string => {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  return error instanceof Error && 'code' in error ? String(error.code) : 'closed';
};
