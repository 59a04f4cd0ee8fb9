import { readFile } from 'node:fs/promises';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { pipeline } from 'node:stream';
import { pageHeaders } from '../page-headers.ts';

export interface FrontDoor {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** RFC 9110, section 7.6.1: headers of a single connection, which are not forwarded. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/**
 * Simulates CloudFront on 127.0.0.1: /v1/ and /l/ are forwarded to the API at `apiUrl`, everything else is a static
 * page of `pagesFolder`: /x/callback is x-callback.html.
 */
export async function startFrontDoor(options: {
  port?: number;
  apiUrl: string;
  pagesFolder: string;
}): Promise<FrontDoor> {
  const api = new URL(options.apiUrl);
  const server = createServer((incoming, outgoing) => {
    const path = incoming.url ?? '/';
    if (/^\/(v1|l)\//.test(path)) forward(api, incoming, outgoing);
    else void servePage(options.pagesFolder, incoming, outgoing);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function forward(api: URL, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const upstream = request(
    {
      host: api.hostname,
      port: api.port,
      method: incoming.method,
      path: api.pathname.replace(/\/$/, '') + (incoming.url ?? '/'), // unchanged: not decoded or normalized
      headers: requestHeaders(api, incoming),
    },
    (reply) => {
      outgoing.writeHead(reply.statusCode ?? 502, endToEnd(reply));
      pipeline(reply, outgoing, () => undefined); // if the API's response is cut off, so is this one
    },
  );
  upstream.on('error', () => {
    problem(outgoing, 502, 'Bad gateway', 'api_unreachable', 'The API does not answer.');
  });
  // A client that disconnects early also cancels the request to the API.
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) upstream.destroy();
  });
  incoming.pipe(upstream);
}

/** Returns the viewer's headers with the API's host, and the viewer's address appended to X-Forwarded-For. */
function requestHeaders(api: URL, incoming: IncomingMessage): OutgoingHttpHeaders {
  const before = incoming.headers['x-forwarded-for'];
  return {
    ...endToEnd(incoming),
    host: api.host,
    'x-forwarded-for': [before, incoming.socket.remoteAddress].filter((part) => part !== undefined).join(', '),
  };
}

/** Returns a message's headers without those of its connection. */
function endToEnd({ headers }: IncomingMessage): OutgoingHttpHeaders {
  const named = (headers.connection ?? '').toLowerCase().split(/\s*,\s*/);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name) && !named.includes(name)));
}

async function servePage(folder: string, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  if (incoming.method !== 'GET' && incoming.method !== 'HEAD') {
    outgoing.setHeader('allow', 'GET, HEAD');
    problem(outgoing, 405, 'Method not allowed', 'method_not_allowed', 'A page can only be read.');
    return;
  }
  const file = pageFile(incoming.url ?? '/');
  const contentType = file === undefined ? undefined : CONTENT_TYPES[extname(file)];
  const page = file === undefined || contentType === undefined ? undefined : await readIfThere(join(folder, file));
  if (page === undefined || contentType === undefined) {
    problem(outgoing, 404, 'Not found', 'page_not_found', 'There is no such page.');
    return;
  }
  outgoing.writeHead(200, { ...pageHeaders, 'content-type': contentType, 'content-length': page.length });
  outgoing.end(incoming.method === 'HEAD' ? undefined : page);
}

/**
 * Returns the file name of a page: index.html for `/`, x-callback.html for `/x/callback`, x-callback.js for
 * `/x-callback.js`. Names consist of lower-case letters, digits and dashes, so that no path leaves the folder.
 */
export function pageFile(url: string): string | undefined {
  const [path = ''] = url.split(/[?#]/);
  if (path === '/') return 'index.html';
  if (/^\/[a-z0-9-]+\.[a-z]+$/.test(path)) return path.slice(1);
  if (/^(\/[a-z0-9-]+)+$/.test(path)) return `${path.slice(1).replaceAll('/', '-')}.html`;
  return undefined;
}

async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Sends a problem document (RFC 9457), or closes the connection if a response has begun. */
function problem(outgoing: ServerResponse, status: number, title: string, code: string, detail: string): void {
  if (outgoing.headersSent) {
    outgoing.destroy();
    return;
  }
  outgoing.writeHead(status, { 'content-type': 'application/problem+json', 'cache-control': 'no-store' });
  outgoing.end(JSON.stringify({ type: 'about:blank', title, status, code, detail }));
}
