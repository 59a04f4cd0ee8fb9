import { digestOf } from './secrets.ts';

/** Returns an IPv4 address, also when an IPv6 socket reports it as mapped (RFC 4291, section 2.5.5.2). */
const v4Of = (address: string): string | undefined =>
  /^(?:::ffff:)?(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})$/i.exec(address)?.[1];

/** Returns the eight groups of an IPv6 address, without leading zeros; undefined for anything else. */
const groupsOf = (address: string): string[] | undefined => {
  const plain = address.replace(/%.*$/, '');
  if (!/^[0-9a-f:]+$/i.test(plain) || !plain.includes(':')) return undefined;
  const [front = [], back = []] = plain.split('::').map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = plain.includes('::') ? Array<string>(Math.max(0, 8 - front.length - back.length)).fill('0') : [];
  return [...front, ...zeros, ...back].map((group) => Number.parseInt(group, 16).toString(16));
};

/**
 * Returns the network of an address, which is stored in its place: the first 24 bits of IPv4, the first 48 of IPv6
 * (what a site is assigned: RFC 6177), in the form of RFC 5952. Null for anything but an address.
 */
export const networkOf = (address: string): string | null => {
  const v4 = v4Of(address);
  if (v4 !== undefined) return v4.replace(/\d+$/, '0/24');
  const groups = groupsOf(address);
  if (!groups) return null;
  const site = groups.slice(0, 3).join(':');
  return `${site.replace(/(:0)+$/, '')}::/48`.replace(/^0::/, '::');
};

/**
 * Returns the part of an address that a visitor cannot choose: all of IPv4, the first 64 bits of IPv6 (RFC 4291,
 * section 2.5.4).
 */
export const visitorOf = (address: string): string =>
  v4Of(address) ?? groupsOf(address)?.slice(0, 4).join(':') ?? address;

/** Returns the digest of a visitor for use in keys; addresses are personal data and not stored in tables. */
export const visitorDigest = (address: string): string => digestOf(visitorOf(address)).slice(0, 22);
