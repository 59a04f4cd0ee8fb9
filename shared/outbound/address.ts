import ipaddr from 'ipaddr.js';

/** IPv6 addresses that are assigned to hosts of the Internet (IANA: IPv6 global unicast address assignments). */
const globalUnicast = ipaddr.parseCIDR('2000::/3');

/**
 * Whether an IP address belongs to a host of the Internet. Not loopback (Lambda's runtime API), private, link-local
 * (metadata of AWS), carrier-grade NAT, multicast, reserved (IANA special-purpose address registries), nor an IPv6 address
 * that carries an IPv4 one: mapped, compatible, 6to4, Teredo, NAT64. IPv4 in any form that `inet_aton` reads.
 */
export const isPublicAddress = (address: string): boolean => {
  if (!ipaddr.isValid(address) || address.includes('%')) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  // What is outside 2000::/3 counts as unicast there: `::7f00:1` is 127.0.0.1 in a form of old.
  return parsed instanceof ipaddr.IPv4 || parsed.match(globalUnicast);
};
