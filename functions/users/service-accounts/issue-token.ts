import { BlockList, isIPv6 } from 'node:net';
import type { RequestFacts } from '#shared/http/route.ts';
import type { Deps } from '../deps.ts';
import { addressNotAllowed, holds, invalidClient } from '../domain/service-account.ts';

interface Credentials {
  client_id?: string | undefined;
  client_secret?: string | undefined;
}

/**
 * Parses the credentials of HTTP Basic authentication, which are also form-encoded (RFC 6749, section 2.3.1); undefined
 * without the header. @throws DomainError `invalid_client` if it is malformed
 */
const basicCredentials = (authorization: string | undefined): Credentials | undefined => {
  if (authorization === undefined) return undefined;
  const encoded = /^Basic +([A-Za-z0-9+/]{1,1000}={0,2})$/i.exec(authorization)?.[1];
  const [, id, secret] = /^([^:]*):(.*)$/.exec(Buffer.from(encoded ?? '', 'base64').toString('utf8')) ?? [];
  try {
    return { client_id: decodeURIComponent(id ?? ''), client_secret: decodeURIComponent(secret ?? '') };
  } catch {
    throw invalidClient();
  }
};

/** Whether an address is in one of the networks; without networks, every address is. */
export const isWithin = (networks: readonly string[], address: string): boolean => {
  if (networks.length === 0) return true;
  const list = new BlockList();
  for (const network of networks) {
    const [base = '', prefix] = network.split('/');
    list.addSubnet(base, Number(prefix), isIPv6(base) ? 'ipv6' : 'ipv4');
  }
  return list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
};

/**
 * Issues an access token for a valid secret of a service account, sent from an allowed address.
 * @throws DomainError `invalid_client` (401), `address_not_allowed` (403)
 */
export const issueToken = async (
  { serviceAccounts, directory, now }: Pick<Deps, 'serviceAccounts' | 'directory' | 'now'>,
  body: Credentials,
  { authorization, sourceIp }: Pick<RequestFacts, 'authorization' | 'sourceIp'>,
) => {
  const { client_id: id = '', client_secret: secret = '' } = basicCredentials(authorization) ?? body;
  // DynamoDB rejects empty keys.
  const account = id === '' ? undefined : await serviceAccounts.findById(id);
  if (!account || !holds(account, secret, now())) throw invalidClient();
  if (!isWithin(account.allowedAddresses, sourceIp)) throw addressNotAllowed();
  const { accessToken, expiresIn } = await directory.tokenFor(account.id);
  await serviceAccounts.noteUse(account);
  return { access_token: accessToken, token_type: 'Bearer' as const, expires_in: expiresIn };
};
