import ipaddr from 'ipaddr.js';

/** IPv6 addresses assigned to hosts on the Internet (IANA: IPv6 global unicast address assignments). */
const globalUnicast = ipaddr.parseCIDR('2000::/3');

/**
 * Whether an IP address belongs to a host on the Internet. Excludes loopback (Lambda's runtime API), private,
 * link-local (AWS metadata), carrier-grade NAT, multicast and reserved addresses (IANA special-purpose address
 * registries), and IPv6 addresses that embed an IPv4 one: mapped, compatible, 6to4, Teredo, NAT64. Reads IPv4 in any
 * form that `inet_aton` does.
 */
export const isPublicAddress = (address: string): boolean => {
  if (!ipaddr.isValid(address) || address.includes('%')) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  // The library also calls addresses outside 2000::/3 unicast: `::7f00:1` is 127.0.0.1 in a deprecated form.
  return parsed instanceof ipaddr.IPv4 || parsed.match(globalUnicast);
};
