import {
  HttpMethod,
  HttpNoneAuthorizer,
  HttpRoute,
  HttpRouteKey,
  type IHttpApi,
  type IHttpRouteAuthorizer,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Function } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { asksForSignIn, type Operation } from '#shared/http/operation.ts';
import { accept } from './accept.ts';

interface ExposeProps {
  api: IHttpApi;
  authorizer: IHttpRouteAuthorizer;
  function: Function;
  /** The contract's `operations`. */
  operations: readonly Operation[];
}

/**
 * Creates a route of the HTTP API for each operation, and a HEAD route for each GET. API Gateway requires an access
 * token where the caller must be signed in.
 */
export const exposeOperations = (scope: Construct, { api, authorizer, function: handler, operations }: ExposeProps) => {
  const integration = new HttpLambdaIntegration('Integration', handler, { scopePermissionToRoute: false });
  for (const { id, method, path, access } of operations) {
    const methods = method === 'GET' ? (['GET', 'HEAD'] as const) : [method];
    for (const each of methods) {
      const route = new HttpRoute(scope, each === 'HEAD' ? `Head-${id}` : `Route-${id}`, {
        httpApi: api,
        routeKey: HttpRouteKey.with(path, HttpMethod[each]),
        integration,
        authorizer: asksForSignIn(access) ? authorizer : new HttpNoneAuthorizer(),
      });
      if (access === 'public') accept(route, 'APIG4', undefined, `The contract of ${id} lets anyone call it.`);
      if (access === 'operator')
        accept(route, 'APIG4', undefined, `The function asks for the operators' token of ${id}.`);
    }
  }
};
