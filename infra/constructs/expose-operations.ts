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
import type { Operation } from '../../shared/http/operation.ts';
import { accept } from './accept.ts';

interface ExposeProps {
  api: IHttpApi;
  authorizer: IHttpRouteAuthorizer;
  function: Function;
  /** The contract's `operations`. */
  operations: readonly Operation[];
}

/** One route of the HTTP API per operation; all but the public ones ask for a signed-in person's access token. */
export const exposeOperations = (scope: Construct, { api, authorizer, function: handler, operations }: ExposeProps) => {
  const integration = new HttpLambdaIntegration('Integration', handler, { scopePermissionToRoute: false });
  for (const { id, method, path, access } of operations) {
    const route = new HttpRoute(scope, `Route-${id}`, {
      httpApi: api,
      routeKey: HttpRouteKey.with(path, HttpMethod[method]),
      integration,
      authorizer: access === 'public' ? new HttpNoneAuthorizer() : authorizer,
    });
    if (access === 'public') {
      accept(route, 'APIG4', undefined, `The contract of ${id} lets anyone call it.`);
    }
  }
};
