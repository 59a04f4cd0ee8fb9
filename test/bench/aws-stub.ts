import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';

const Asked = z.object({ Name: z.string() });

/** Stands in for DynamoDB, with tables that hold nothing, and for the service registry in SSM. */
export const startAwsStub = async (): Promise<{ url: string; stop: () => void }> => {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const isParameter = String(request.headers['x-amz-target']).endsWith('.GetParameter');
      response.setHeader('content-type', 'application/x-amz-json-1.0');
      response.end(JSON.stringify(isParameter ? registration(Asked.parse(JSON.parse(body)).Name) : {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port, so it is one
  return { url: `http://127.0.0.1:${port}`, stop: () => server.close() };
};

const registration = (name: string) => {
  const context = name.split('/').at(-1) ?? '';
  const value = { context, health: `/v1/${context}/health`, ready: `/v1/${context}/ready` };
  return { Parameter: { Value: JSON.stringify(value) } };
};
