import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { control } from './control.ts';
import { Deliveries } from './deliveries.ts';
import { Faults } from './faults.ts';
import { deliver, type Delivery, type Incoming, json, MAX_BODY_BYTES, receive } from './http.ts';
import { MediaFolder } from './media-folder.ts';
import { pageReply } from './page.ts';
import { serve } from './pipeline.ts';
import { aboutBlank, payloadTooLarge } from './problems.ts';
import { RequestLog } from './request-log.ts';
import { DEFAULT_SETTINGS } from './settings.ts';
import { freshState, readState, StateFile } from './state.ts';
import type { World } from './world.ts';

export interface XSandboxOptions {
  /** 0 (default): a free port. */
  port?: number;
  host?: string;
  /** File that keeps the state across restarts; without it the state is only in memory. */
  statePath?: string;
  /** The clock that the sandbox's own clock is based on. */
  clock?: () => Date;
  /** The app's credentials for a new state; an existing state keeps its own. */
  clientId?: string;
  clientSecret?: string;
  /** Allows webhooks with http and a port, such as those on this machine. */
  plainWebhooks?: boolean;
}

export interface XSandbox {
  url: string;
  port: number;
  /** Stops listening, ends open requests, and writes the state. */
  close(): Promise<void>;
}

/** How often the effects of reads (usage, limits) are written; those of a write are in the file before its response. */
const LAZY_WRITE_MS = 500;

/**
 * Starts a fake X on this machine that behaves like X's documentation and its API in practice.
 * @throws when the port is taken or the state file is invalid
 */
export async function startXSandbox(options: XSandboxOptions = {}): Promise<XSandbox> {
  const { port = 0, host = '127.0.0.1', statePath, clock = () => new Date() } = options;
  const { clientId = DEFAULT_SETTINGS.clientId, clientSecret = DEFAULT_SETTINGS.clientSecret } = options;
  const settings = { ...DEFAULT_SETTINGS, clientId, clientSecret };
  const world: World = {
    state: statePath === undefined ? freshState(settings) : await readState(statePath, settings),
    faults: new Faults(),
    log: new RequestLog(),
    deliveries: new Deliveries(),
    media: await MediaFolder.open(statePath),
    now: () => clock().getTime() + world.state.clockOffsetMs,
  };
  if (options.plainWebhooks !== undefined) world.state.settings.plainWebhooks = options.plainWebhooks;
  const file = new StateFile(statePath, () => world.state);
  const stop = new AbortController();
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 5000 });
  let unwritten = false;
  server.on('request', (request, response) => {
    unwritten = true;
    void handle(world, file, stop.signal, request, response);
  });
  const lazyWrites = setInterval(() => {
    if (!unwritten) return;
    unwritten = false;
    file.flush().catch((error: unknown) => {
      console.error('The X sandbox cannot write its state', error);
    });
  }, LAZY_WRITE_MS).unref();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no TCP address.');
  return {
    url: `http://${host}:${address.port}`,
    port: address.port,
    async close() {
      clearInterval(lazyWrites);
      stop.abort();
      await world.deliveries.close();
      await new Promise<void>((resolve, reject) => {
        server.close((error) => {
          if (error) reject(error);
          else resolve();
        });
        server.closeAllConnections();
      });
      await file.flush();
      await world.media.close();
    },
  };
}

/** Handles a request. Only a bug in the sandbox itself leads to a 500 here. */
async function handle(
  world: World,
  file: StateFile,
  stop: AbortSignal,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let incoming: Incoming;
  try {
    incoming = await receive(request);
  } catch {
    // The client disconnected, or was too slow, before its request was complete.
    response.destroy();
    return;
  }
  try {
    const delivery = await answer(world, incoming, stop);
    if (incoming.method !== 'GET') await file.flush();
    await deliver(response, delivery, new Date(world.now()), stop);
  } catch (error) {
    if (stop.aborted) return;
    console.error('The X sandbox failed on', incoming.method, incoming.path, error);
    if (!response.headersSent) await deliver(response, { reply: aboutBlank(500) }, new Date(world.now()), stop);
  }
}

async function answer(world: World, incoming: Incoming, stop: AbortSignal): Promise<Delivery> {
  const own = (await pageReply(world, incoming)) ?? (await control(world, incoming));
  if (own === undefined) return serve(world, incoming, stop);
  if (incoming.body !== undefined) return { reply: own };
  return { reply: incoming.path.startsWith('/_sandbox') ? json(413, tooLong) : payloadTooLarge() };
}

const tooLong = { status: 413, detail: `The body is longer than ${MAX_BODY_BYTES} bytes.` };
