import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { marshall } from '@aws-sdk/util-dynamodb';
import { test, type TestContext } from 'vitest';
import { openTable } from '#shared/table.ts';

const key = { pk: 'p', sk: 's' };

const answer = JSON.stringify({ Item: marshall({ ...key, name: 'A' }) });

/** A table whose server handles the first request with `first` and answers all others. */
const tableAfter = async (first: RequestListener, { onTestFinished }: TestContext) => {
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    if (requests === 1) {
      first(request, response);
      return;
    }
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(answer);
  });
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // not a string or null, since it listens on a port
  const table = openTable('things', () => new Date(), {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  return { table, requests: () => requests };
};

const times = { timeout: 20_000 };

test.concurrent('a call that gets no response is retried', times, async (context) => {
  const { expect } = context;
  const { table, requests } = await tableAfter(() => undefined, context);
  expect(await table.get(key)).toEqual({ ...key, name: 'A' });
  expect(requests()).toBe(2);
});

test.concurrent('a call whose response stalls midway is retried', times, async (context) => {
  const { expect } = context;
  const { table, requests } = await tableAfter((_, response) => {
    response.writeHead(200, { 'content-length': answer.length }).write(answer.slice(0, 10));
  }, context);
  expect(await table.get(key)).toEqual({ ...key, name: 'A' });
  expect(requests()).toBe(2);
});
