import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { DomainError } from '../errors.ts';
import { isSameSecret } from '../secrets.ts';

/** Header with the secret that CloudFront and the functions share. */
export const originHeader = 'x-origin-secret';
/** Header with the visitor's address; CloudFront overwrites whatever the visitor sent. */
export const viewerHeader = 'x-viewer-address';

/**
 * Returns the request as it reached the edge, with the visitor's address instead of CloudFront's. With a `secret`,
 * requests that bypass CloudFront, and so its firewall, are refused.
 * @throws DomainError `direct_access`
 */
export const throughEdge = (event: APIGatewayProxyEventV2, secret: string | undefined): APIGatewayProxyEventV2 => {
  if (secret === undefined) return event;
  if (!isSameSecret(event.headers[originHeader] ?? '', secret)) throw directAccess();
  const { http } = event.requestContext;
  const sourceIp = event.headers[viewerHeader] ?? http.sourceIp;
  return { ...event, requestContext: { ...event.requestContext, http: { ...http, sourceIp } } };
};

const directAccess = (): DomainError =>
  new DomainError('forbidden', 'direct_access', "Send requests to the platform's public address.");
