import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createPlainServer, type RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import type { Item } from '#shared/table.ts';
import { type TableState, wireTable } from './dynamo-wire.ts';

/** Cognito's id of the only person whom the stub knows. */
export const subject = '0b9d1f6e-3c5a-4e8b-9a7d-2f4c6e8a0b1d';

/** The person whom the stub of Cognito knows. */
export interface SignedUp {
  subject: string;
  workspaceId: string;
}

const Named = z.object({ Name: z.string() });
const Entries = z.object({ Entries: z.array(z.unknown()) });

/** All secrets of the stage in one: each function reads what it needs. */
const secret = JSON.stringify({
  clientId: 'app',
  clientSecret: 'secret',
  vaultKey: 'v'.repeat(48),
});

/** For TLS, as on AWS, since handshakes cost a function time. Without openssl none is made, and the stub uses HTTP. */
const certificate = () => {
  const folder = mkdtempSync(join(tmpdir(), 'xmp-certificate-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const made = spawnSync('openssl', [
    ...['req', '-x509', '-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-days', '2'],
    ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', key, '-out', cert],
  ]);
  const remove = () => {
    rmSync(folder, { recursive: true, force: true });
  };
  if (made.status === 0) return { pair: { key: readFileSync(key), cert: readFileSync(cert) }, path: cert, remove };
  remove();
  return undefined;
};

/**
 * Stands in for the AWS services that functions call (DynamoDB, Cognito, Secrets Manager, EventBridge, SSM), and for X.
 * Functions read back what they write; `setTable` starts over with other items. An unknown call gets a 501 and is
 * recorded in `unknown`.
 */
export const startAwsStub = async () => {
  let table = wireTable({ items: [] });
  let person: SignedUp = { subject, workspaceId: '' };
  let xPosts = 1_890_000_000_000_000_000n;
  const unknown: string[] = [];

  const tokens = () => {
    const claims = {
      sub: person.subject,
      origin_jti: 'sign-in-1',
      workspace_id: person.workspaceId,
      sign_in_round: '0',
    };
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const AccessToken = `${part({ alg: 'RS256' })}.${part(claims)}.signature`;
    return { AccessToken, RefreshToken: 'refresh-token', ExpiresIn: 3600, TokenType: 'Bearer' };
  };
  const user = () => [{ Name: 'sub', Value: person.subject }];

  /** By operation name, which no two services share. */
  const services: Readonly<Record<string, (body: unknown) => object>> = {
    GetParameter: (body) => registration(Named.parse(body).Name),
    GetSecretValue: () => ({ SecretString: secret }),
    PutEvents: (body) => ({
      FailedEntryCount: 0,
      Entries: Entries.parse(body).Entries.map((_, id) => ({ EventId: String(id) })),
    }),
    DescribeUserPoolClient: () => ({ UserPoolClient: { ClientSecret: 'client-secret' } }),
    AdminInitiateAuth: () => ({ AuthenticationResult: tokens(), ChallengeParameters: {} }),
    AdminCreateUser: () => ({ User: { Attributes: user() } }),
    AdminSetUserPassword: () => ({}),
  };

  const aws = async (target: string, body: unknown): Promise<{ status: number; body: object }> => {
    const [service = '', operation = ''] = target.split('.');
    if (service.startsWith('DynamoDB')) return table.answer(operation, body);
    // No address is in use before sign-up.
    if (operation === 'AdminGetUser')
      return { status: 400, body: { __type: 'UserNotFoundException', message: 'none' } };
    const answer = services[operation];
    if (!answer) throw new Error(`The stub of AWS does not know ${target}`);
    return { status: 200, body: answer(body) };
  };

  const x = (path: string): { status: number; body: object } => {
    switch (path) {
      case '/2/oauth2/token':
        return { status: 200, body: xTokens };
      case '/2/users/me':
        return {
          status: 200,
          body: { data: { id: '1890123456789012345', username: 'acme', name: 'Acme', protected: false } },
        };
      case '/2/tweets':
        xPosts += 1n;
        return { status: 201, body: { data: { id: String(xPosts), text: 'a post' } } };
      default:
        throw new Error(`The stub of X does not know ${path}`);
    }
  };

  const listener: RequestListener = (request, response) => {
    const target = request.headers['x-amz-target'];
    const path = request.url?.split('?')[0] ?? '';
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const answer = typeof target === 'string' ? aws(target, JSON.parse(text)) : Promise.resolve().then(() => x(path));
      answer
        .catch((error: unknown) => {
          unknown.push(String(error));
          return { status: 501, body: { message: String(error) } };
        })
        .then(({ status, body }) => {
          const type = typeof target === 'string' ? 'application/x-amz-json-1.0' : 'application/json';
          response.writeHead(status, { 'content-type': type });
          response.end(JSON.stringify(body));
        })
        .catch((error: unknown) => unknown.push(String(error)));
    });
  };

  const made = certificate();
  const server = made ? createServer(made.pair, listener) : createPlainServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // not a string or null, since it listens on a port
  return {
    url: `${made ? 'https' : 'http'}://localhost:${port}`,
    isTls: made !== undefined,
    /** Path of the certificate that clients must trust. */
    certificate: made?.path,
    setTable: (state: TableState) => {
      table = wireTable(state);
    },
    items: (): Item[] => table.items(),
    setPerson: (who: SignedUp) => {
      person = who;
    },
    unknown,
    stop: () => {
      server.close();
      server.closeAllConnections();
      made?.remove();
    },
  };
};

export type AwsStub = Awaited<ReturnType<typeof startAwsStub>>;

const xTokens = {
  access_token: 'x-access-token',
  refresh_token: 'x-refresh-token',
  expires_in: 7200,
  scope: 'tweet.read tweet.write users.read offline.access media.write',
};

const registration = (name: string) => {
  const context = name.split('/').at(-1) ?? '';
  const value = { context, health: `/v1/${context}/health`, ready: `/v1/${context}/ready` };
  return { Parameter: { Value: JSON.stringify(value) } };
};
