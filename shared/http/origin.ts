import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { DomainError } from '../errors.ts';
import { isSameSecret } from '../secrets.ts';

/** Carries the secret that CloudFront and the functions share. */
export const originHeader = 'x-origin-secret';
/** Carries the visitor's address: CloudFront overwrites whatever the visitor sent. */
export const viewerHeader = 'x-viewer-address';

/**
 * The request as it came to the edge. Where CloudFront stands in front (`secret`), what does not come through it is
 * refused, since it has passed no firewall; the address is then the visitor's and not CloudFront's.
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
