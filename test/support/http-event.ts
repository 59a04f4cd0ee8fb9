import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { type Operation, routeKey } from '#shared/http/operation.ts';
import type { Role } from '#shared/permissions.ts';

/** A signed-in person, as in the access token. */
export interface SignedIn {
  personId: string;
  workspaceId: string;
  role: Role;
  /** The sign-in that the token comes from. */
  signInId?: string;
  /** How often all their sign-ins had ended when the token was issued. */
  signInRound?: number;
  /** For a service account: who created it, or a secret of it. */
  madeBy?: string;
  /** Their workspace requires a second factor that they lack. */
  mustEnrol?: boolean;
}

interface Sent {
  path?: Record<string, string>;
  query?: Record<string, string>;
  /** Sent as JSON; a string is sent as it is. */
  body?: unknown;
  headers?: Record<string, string>;
  as?: SignedIn;
  sourceIp?: string;
}

export const owner: SignedIn = {
  personId: 'usr_01KATJ9V5H8Q3M4N5P6R7S8T9V',
  workspaceId: 'wsp_01KATJ9V5H8Q3M4N5P6R7S8T9V',
  role: 'owner',
};

/** The event API Gateway sends for a request (HTTP API, payload format 2.0). */
export const httpEvent = (
  operation: Operation,
  { path, query, body, headers, as, sourceIp = '192.0.2.1' }: Sent = {},
) => {
  const authorizer = as && {
    principalId: '',
    integrationLatency: 0,
    jwt: {
      claims: {
        person_id: as.personId,
        workspace_id: as.workspaceId,
        role: as.role,
        jti: 'token-1',
        ...(as.signInId !== undefined && { origin_jti: as.signInId }),
        ...(as.signInRound !== undefined && { sign_in_round: String(as.signInRound) }),
        ...(as.madeBy !== undefined && { made_by: as.madeBy }),
        ...(as.mustEnrol && { must_enrol: 'true' }),
      },
      scopes: [],
    },
  };
  const event: APIGatewayProxyEventV2 = {
    version: '2.0',
    routeKey: routeKey(operation),
    rawPath: operation.path,
    rawQueryString: '',
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(path && { pathParameters: path }),
    ...(query && { queryStringParameters: query }),
    requestContext: {
      accountId: '000000000000',
      apiId: 'api',
      domainName: 'api.example',
      domainPrefix: 'api',
      http: {
        method: operation.method,
        path: operation.path,
        protocol: 'HTTP/1.1',
        sourceIp,
        userAgent: 'test',
      },
      requestId: 'request-1',
      routeKey: routeKey(operation),
      stage: '$default',
      time: '22/Nov/2026:09:00:00 +0000',
      timeEpoch: 1_795_338_000_000,
      ...(authorizer && { authorizer }),
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    isBase64Encoded: false,
  };
  return event;
};

/** The context that Lambda passes; the other members of its type are deprecated and unused. */
export const lambdaContext = {
  callbackWaitsForEmptyEventLoop: false,
  functionName: 'test',
  functionVersion: '1',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:test',
  memoryLimitInMB: '256',
  awsRequestId: 'lambda-request-1',
  logGroupName: '/aws/lambda/test',
  logStreamName: 'test',
  getRemainingTimeInMillis: () => 10_000,
} as Context;
