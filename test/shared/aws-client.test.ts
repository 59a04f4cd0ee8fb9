import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { marshall } from '@aws-sdk/util-dynamodb';
import { test, type TestContext } from 'vitest';
import { openTable } from '#shared/table.ts';

const key = { pk: 'p', sk: 's' };

const answer = JSON.stringify({ Item: marshall({ ...key, name: 'A' }) });

/** A table whose server does to the first request what `first` does, and answers all others. */
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
  const { port } = server.address() as AddressInfo; // it listens on a port, so it is one
  const table = openTable('things', () => new Date(), {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  return { table, requests: () => requests };
};

const times = { timeout: 20_000 };

test.concurrent('a call that gets no answer is made again', times, async (context) => {
  const { expect } = context;
  const { table, requests } = await tableAfter(() => undefined, context);
  expect(await table.get(key)).toEqual({ ...key, name: 'A' });
  expect(requests()).toBe(2);
});

test.concurrent('a call whose answer stops midway is made again', times, async (context) => {
  const { expect } = context;
  const { table, requests } = await tableAfter((_, response) => {
    response.writeHead(200, { 'content-length': answer.length }).write(answer.slice(0, 10));
  }, context);
  expect(await table.get(key)).toEqual({ ...key, name: 'A' });
  expect(requests()).toBe(2);
});
