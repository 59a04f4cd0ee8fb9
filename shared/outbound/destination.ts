import { isIP } from 'node:net';
import { DomainError } from '../errors.ts';
import { isPublicAddress } from './address.ts';

/** Maximum length of a URL, in characters. */
export const maxUrlLength = 2048;

/** Why nothing is sent to a URL. */
export type AddressProblem =
  'malformed_url' | 'https_required' | 'credentials_in_url' | 'port_not_allowed' | 'address_not_public' | 'own_address';

/** Error messages for whoever entered the URL. */
const said: Readonly<Record<AddressProblem, string>> = {
  malformed_url: 'must be an absolute URL',
  https_required: 'must begin with https://',
  credentials_in_url: 'must not contain a user name or password',
  port_not_allowed: 'must use port 443',
  address_not_public: 'must name a public host on the Internet',
  own_address: "must not be the platform's own address",
};

/** Exceptions to the rule that requests go to any public host. */
export interface Reach {
  /** `host:port` pairs that are allowed, over http too; only the local stage has any. */
  exceptions: readonly string[];
  /** Hosts of the platform itself; requests to them would come back in. */
  ownHosts?: readonly string[];
}

/** Names that no public server has (RFC 6761, RFC 6762, RFC 7686, RFC 8375, ICANN on `internal`). */
const namesOfNoServer = /(?:^|\.)(?:localhost|local|internal|intranet|lan|home\.arpa|onion|invalid|test)$/;

/** Whether a host can be public: a public IP address, or a name with several labels, as normalized by `URL`. */
const mayBePublic = (hostname: string): boolean => {
  const literal = hostname.replace(/^\[|\]$/g, '');
  if (isIP(literal) !== 0) return isPublicAddress(literal);
  return hostname.includes('.') && !hostname.endsWith('.') && !namesOfNoServer.test(hostname);
};

/**
 * Returns the address as a URL, or why nothing may be sent there. `URL` turns every numeric form of a host (`0x7f.1`,
 * `2130706433`) into an IP address. The addresses that a name resolves to are checked on connection.
 */
export const destinationOf = (address: string, { exceptions, ownHosts = [] }: Reach): URL | AddressProblem => {
  if (address.length > maxUrlLength || !URL.canParse(address)) return 'malformed_url';
  const url = new URL(address);
  if (url.username !== '' || url.password !== '') return 'credentials_in_url';
  url.hash = '';
  if (ownHosts.includes(url.host)) return 'own_address';
  if (exceptions.includes(url.host) && /^https?:$/.test(url.protocol)) return url;
  if (url.protocol !== 'https:') return 'https_required';
  if (!mayBePublic(url.hostname)) return 'address_not_public';
  // Only 443: a free choice of port would allow port scans.
  return url.port === '' ? url : 'port_not_allowed';
};

/**
 * Refuses an address that can never be sent to, when it is entered.
 * @param path of its field, such as `body.url`
 * @throws DomainError `address_refused`, with the problem as the code of the field
 */
export const assertDestination = (address: string, reach: Reach, path: string): void => {
  const found = destinationOf(address, reach);
  if (found instanceof URL) return;
  const fields = [{ path, code: found, message: said[found] }];
  throw new DomainError('invalid', 'address_refused', `${path} ${said[found]}.`, { fields });
};
