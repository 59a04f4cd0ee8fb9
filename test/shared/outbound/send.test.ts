import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import {
  type AddressInfo,
  createServer as createTcpServer,
  type LookupFunction,
  type Server,
  type Socket,
} from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { Outcome } from '#shared/outbound/outcome.ts';
import { type OutboundRequest, senderTo } from '#shared/outbound/send.ts';
import { certificateOf } from '#test/support/certificate.ts';

const started: Server[] = [];
const sockets = new Set<Socket>();

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await Promise.all(started.splice(0).map((server) => new Promise((done) => server.close(done))));
});

/** Listens on a free port of 127.0.0.1, and counts connections. */
const listen = async (server: Server): Promise<{ port: number; connections: () => number }> => {
  let connections = 0;
  server.on('connection', (socket) => {
    connections += 1;
    sockets.add(socket);
  });
  started.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { port: (server.address() as AddressInfo).port, connections: () => connections };
};

const whole = { maxBytes: 1024, longer: 'refused' } as const;

/** Sends to a local server that is allowed as an exception. */
const ask = async (server: Server | RequestListener, request: Partial<OutboundRequest> = {}): Promise<Outcome> => {
  const { port } = await listen(typeof server === 'function' ? createServer(server) : server);
  const send = senderTo({ reach: { exceptions: [`127.0.0.1:${port}`] } });
  return send({ method: 'POST', url: `http://127.0.0.1:${port}/in`, body: '{}', answer: whole, ...request });
};

/** Sends these bytes to every client and nothing more. */
const saying = (bytes: string, ends = false): Server =>
  createTcpServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => (ends ? socket.end(bytes) : socket.write(bytes)));
  });

/** A resolver that answers each lookup with the next list of addresses and then repeats the last. */
const resolving = (...answers: readonly string[][]): LookupFunction => {
  let asked = 0;
  return (_hostname, options, callback) => {
    const found = (answers[Math.min(asked, answers.length - 1)] ?? []).map((address) => ({
      address,
      family: address.includes(':') ? 6 : 4,
    }));
    asked += 1;
    const [first = { address: '', family: 4 }] = found;
    if (options.all === true) callback(null, found);
    else callback(null, first.address, first.family);
  };
};

describe('an answer', () => {
  test('has its status, the relevant headers and its body', async () => {
    const seen: { method?: string | undefined; url?: string | undefined; headers?: IncomingMessage['headers'] } = {};
    const outcome = await ask(
      (request, response) => {
        Object.assign(seen, { method: request.method, url: request.url, headers: request.headers });
        response.writeHead(201, { etag: '"7"', 'set-cookie': 'a=b', 'content-type': 'text/plain' }).end('made');
      },
      { headers: { 'webhook-id': 'evt_1' } },
    );
    expect(outcome).toEqual({
      outcome: 'answered',
      status: 201,
      headers: { etag: '"7"', 'content-type': 'text/plain' },
      body: Buffer.from('made'),
      isWhole: true,
      milliseconds: expect.any(Number) as number,
    });
    expect(seen).toMatchObject({
      method: 'POST',
      url: '/in',
      headers: { 'webhook-id': 'evt_1', 'content-length': '2', 'user-agent': 'x-marketing-platform' },
    });
  });

  test('that redirects is returned as it is, without a request to its location', async () => {
    const target = await listen(createServer((_, response) => response.end()));
    const location = `http://127.0.0.1:${target.port}/`;
    const outcome = await ask((_, response) => response.writeHead(307, { location }).end());
    expect(outcome).toMatchObject({ outcome: 'answered', status: 307, headers: { location } });
    expect(target.connections()).toBe(0);
  });

  test.each([500, 410, 204, 301])('of status %i counts as answered', async (status) => {
    expect(await ask((_, response) => response.writeHead(status).end())).toMatchObject({ outcome: 'answered', status });
  });
});

describe('the size of an exchange is limited:', () => {
  const pour = (response: ServerResponse): void => {
    while (!response.destroyed && response.write('x'.repeat(16_384))) {
      // until the pipe is full
    }
    response.once('drain', () => {
      pour(response);
    });
  };

  test('a longer body is cut, and its connection closed, when the request asks for that', async () => {
    const closed = Promise.withResolvers<undefined>();
    const outcome = await ask(
      (_, response) => {
        response.once('close', () => {
          closed.resolve(undefined);
        });
        pour(response);
      },
      { answer: { maxBytes: 1000, longer: 'cut' } },
    );
    expect(outcome).toMatchObject({ outcome: 'answered', status: 200, isWhole: false });
    expect(outcome.outcome === 'answered' && outcome.body.length).toBe(1000);
    await closed.promise;
  });

  test('a longer body is refused when all of it is required', async () => {
    const outcome = await ask((_, response) => {
      pour(response);
    });
    expect(outcome).toMatchObject({ outcome: 'too_large', reason: 'body_too_large' });
  });

  test('a body of exactly the maximum size is whole', async () => {
    const outcome = await ask((_, response) => response.end('x'.repeat(1024)));
    expect(outcome).toMatchObject({ outcome: 'answered', isWhole: true });
  });

  test('headers that are too large are refused', async () => {
    const outcome = await ask(saying(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`));
    expect(outcome).toMatchObject({ outcome: 'too_large', reason: 'headers_too_large' });
  });

  test('a request of more than 256 KiB throws a RangeError', async () => {
    await expect(ask((_, response) => response.end(), { body: 'x'.repeat(256 * 1024 + 1) })).rejects.toThrow(
      RangeError,
    );
  });
});

describe('the timeout covers the whole exchange:', () => {
  test.each<[string, Server | RequestListener]>([
    ['a server that accepts and says nothing', createTcpServer(() => undefined)],
    ['a server that says its headers one by one', saying('HTTP/1.1 200 OK\r\nx: y\r\n')],
    ['a body that never ends', saying('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc')],
    [
      'a body that drips',
      (_, response) => {
        response.writeHead(200);
        const drops = setInterval(() => response.write('.'), 20);
        response.once('close', () => {
          clearInterval(drops);
        });
      },
    ],
  ])('%s', async (_, server) => {
    const outcome = await ask(server, { timeoutMs: 150 });
    expect(outcome).toMatchObject({ outcome: 'timed_out', reason: 'timed_out' });
    expect(outcome.milliseconds).toBeGreaterThanOrEqual(140);
  });

  test('a resolver that never answers', async () => {
    const send = senderTo({ lookup: () => undefined });
    const outcome = await send({ method: 'GET', url: 'https://hooks.example.com/', answer: whole, timeoutMs: 100 });
    expect(outcome).toMatchObject({ outcome: 'timed_out' });
  });
});

describe('a request without a valid answer', () => {
  test('is unreachable when nobody listens', async () => {
    const { port } = await listen(createServer());
    await Promise.all(started.splice(0).map((server) => new Promise((done) => server.close(done))));
    const send = senderTo({ reach: { exceptions: [`127.0.0.1:${port}`] } });
    const outcome = await send({ method: 'GET', url: `http://127.0.0.1:${port}/`, answer: whole });
    expect(outcome).toMatchObject({ outcome: 'unreachable', reason: 'econnrefused' });
  });

  test('is unreachable when the name does not exist', async () => {
    const failing: LookupFunction = (name, _options, callback) => {
      callback(Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND' }), '', 0);
    };
    const outcome = await senderTo({ lookup: failing })({ method: 'GET', url: 'https://a.example/', answer: whole });
    expect(outcome).toMatchObject({ outcome: 'unreachable', reason: 'enotfound' });
  });

  test('is unreachable when the connection is lost', async () => {
    const outcome = await ask(createTcpServer((socket) => socket.once('data', () => socket.destroy())));
    expect(outcome).toMatchObject({ outcome: 'unreachable', reason: 'econnreset' });
  });

  test('is unreachable when the connection is lost within the body', async () => {
    const outcome = await ask(saying('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc', true));
    expect(outcome).toMatchObject({ outcome: 'unreachable', reason: 'econnreset' });
  });

  test.each([
    ['what is no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n', 'not_http'],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab', 'not_http'],
    [
      'a switch of protocols',
      'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
      'unreachable',
    ],
  ])('fails because of %s', async (_, bytes, outcome) => {
    expect(await ask(saying(bytes, true))).toMatchObject({ outcome });
  });
});

describe('TLS', () => {
  const over = async (certificateName: string, trusted: boolean): Promise<Outcome> => {
    const certificate = certificateOf(certificateName);
    const { port } = await listen(createTlsServer(certificate, (_, response) => response.end('ok')));
    const send = senderTo({ reach: { exceptions: [`127.0.0.1:${port}`] }, ...(trusted && { ca: certificate.cert }) });
    return send({ method: 'POST', url: `https://127.0.0.1:${port}/`, answer: whole });
  };

  test('accepts a trusted certificate with the right name', async () => {
    expect(await over('127.0.0.1', true)).toMatchObject({ outcome: 'answered', status: 200 });
  });

  test('fails with a self-signed certificate', async () => {
    expect(await over('127.0.0.1', false)).toMatchObject({
      outcome: 'tls_failed',
      reason: 'depth_zero_self_signed_cert',
    });
  });

  test('fails with a certificate for another name', async () => {
    expect(await over('hooks.example.com', true)).toMatchObject({
      outcome: 'tls_failed',
      reason: 'err_tls_cert_altname_invalid',
    });
  });

  test('fails with a server without TLS', async () => {
    const { port } = await listen(createServer());
    const send = senderTo({ reach: { exceptions: [`127.0.0.1:${port}`] } });
    const outcome = await send({ method: 'GET', url: `https://127.0.0.1:${port}/`, answer: whole });
    expect(outcome).toMatchObject({ outcome: 'tls_failed' });
  });
});

describe('the address of a host is checked before connecting:', () => {
  /** A request that passes the check reaches a server that answers. */
  const through = async (lookup: LookupFunction, times = 1): Promise<{ outcomes: Outcome[]; connections: number }> => {
    const certificate = certificateOf('hooks.example.com');
    const { port, connections } = await listen(createTlsServer(certificate, (_, response) => response.end('ok')));
    const send = senderTo({ lookup, port, ca: certificate.cert });
    const outcomes: Outcome[] = [];
    for (let time = 0; time < times; time += 1) {
      const request = { method: 'POST', url: 'https://hooks.example.com/', answer: whole, timeoutMs: 400 } as const;
      outcomes.push(await send(request));
    }
    return { outcomes, connections: connections() };
  };

  test.each([
    [['127.0.0.1']],
    [['::1']],
    [['::ffff:127.0.0.1']],
    [['::7f00:1']],
    [['64:ff9b::7f00:1']],
    [['64:ff9b:1::7f00:1']],
    [['2002:7f00:1::']],
    [['0.0.0.0']],
    [['10.0.0.1']],
    [['169.254.169.254']],
    [['100.64.0.1']],
    [['fd00:ec2::254']],
    [['fe80::1']],
    [['224.0.0.1']],
    // One public address among them does not help, wherever it stands.
    [['8.8.8.8', '127.0.0.1']],
    [['127.0.0.1', '8.8.8.8']],
  ])('%j is refused', async (addresses) => {
    const { outcomes, connections } = await through(resolving(addresses));
    expect(outcomes).toMatchObject([{ outcome: 'refused_address', reason: 'address_not_public' }]);
    expect(connections).toBe(0);
  });

  test('a name that resolves to this machine on the second lookup is refused then', async () => {
    const asked: string[] = [];
    const lookup: LookupFunction = (name, options, callback) => {
      asked.push(name);
      resolving(asked.length === 1 ? ['8.8.8.8'] : ['127.0.0.1'])(name, options, callback);
    };
    const { outcomes, connections } = await through(lookup, 2);
    expect(asked).toEqual(['hooks.example.com', 'hooks.example.com']);
    expect(outcomes[0]?.outcome).not.toBe('refused_address');
    expect(outcomes[1]).toMatchObject({ outcome: 'refused_address' });
    expect(connections).toBe(0);
  });

  test.each(['https://127.0.0.1/', 'https://[::1]/', 'https://2130706433/', 'http://hooks.example.com/'])(
    'the URL %s is refused at once',
    async (url) => {
      const outcome = await senderTo()({ method: 'GET', url, answer: whole });
      expect(outcome).toMatchObject({ outcome: 'refused_address', milliseconds: 0 });
    },
  );

  test('of two local servers only the one that is an exception is reached', async () => {
    const [one, other] = await Promise.all([1, 2].map(() => listen(createServer((_, response) => response.end()))));
    const send = senderTo({ reach: { exceptions: [`127.0.0.1:${one?.port}`] } });
    const to = async (port: number | undefined) =>
      (await send({ method: 'GET', url: `http://127.0.0.1:${port}/`, answer: whole })).outcome;
    expect(await to(one?.port)).toBe('answered');
    expect(await to(other?.port)).toBe('refused_address');
    expect(other?.connections()).toBe(0);
  });
});
