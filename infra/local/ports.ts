import { type AddressInfo, createServer, type Server } from 'node:net';

/** Listens on a port of 127.0.0.1, 0 for any free one; undefined if the port is busy. */
function listen(port: number): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(undefined);
      else reject(error);
    });
    server.listen(port, '127.0.0.1', () => {
      resolve(server);
    });
  });
}

/** A port that nobody else can take until it is released. */
export interface HeldPort {
  readonly port: number;
  /** Frees the port for the next process to open; repeating it has no effect. */
  release(): Promise<void>;
}

/** Holds the preferred port of 127.0.0.1 if it is free, otherwise another one. */
export async function holdPort(preferred = 0): Promise<HeldPort> {
  const server = (await listen(preferred)) ?? (await listen(0));
  if (server === undefined) throw new Error('This machine has no free port on 127.0.0.1.');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    release: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  };
}

/** Returns the preferred port of 127.0.0.1 if it is free, otherwise another one. */
export async function freePort(preferred = 0): Promise<number> {
  const held = await holdPort(preferred);
  await held.release();
  return held.port;
}
