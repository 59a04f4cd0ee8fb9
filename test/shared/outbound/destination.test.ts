import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isPublicAddress } from '#shared/outbound/address.ts';
import { assertDestination, destinationOf } from '#shared/outbound/destination.ts';

test.each([
  ...['127.0.0.1', '127.9.9.9', '0.0.0.0', '0.1.2.3', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
  // Metadata of AWS and its credentials for containers, carrier-grade NAT, benchmarking, multicast, reserved.
  ...['169.254.169.254', '169.254.170.2', '100.64.0.1', '198.18.0.1', '224.0.0.1', '240.0.0.1', '255.255.255.255'],
  ...['192.0.0.8', '192.0.2.1', '192.88.99.1', '198.51.100.7', '203.0.113.7'],
  ...[
    '::',
    '::1',
    'fe80::1',
    'fe80::1%eth0',
    'fc00::1',
    'fd00:ec2::254',
    'fec0::1',
    'ff02::1',
    '100::1',
    '2001:db8::1',
  ],
  // IPv6 that carries IPv4: mapped, translated, compatible, 6to4, Teredo, NAT64 well-known and local.
  ...['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:0:127.0.0.1', '::127.0.0.1', '::7f00:1', '2002:7f00:1::'],
  ...['2001:0:4136:e378:8000:63bf:3fff:fdd2', '64:ff9b::127.0.0.1', '64:ff9b::808:808', '64:ff9b:1::1'],
  // Not assigned to hosts of the Internet.
  ...['1::1', '4000::1', '5f00::1', '3fff::1', '2001:2::1', '2001:20::1'],
  ...['2606:4700::1%eth0', '', 'example.com', '1.2.3.4.5'],
])('the address %s is not public', (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each([
  '1.1.1.1',
  '8.8.8.8',
  '93.184.216.34',
  '99.64.0.1',
  '172.32.0.1',
  '2606:4700::1111',
  '2a00:1450:4001::200e',
])('the address %s is public', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

test.each([
  ['http://hooks.example.com/', 'https_required'],
  ['ftp://hooks.example.com/', 'https_required'],
  ['file:///etc/passwd', 'https_required'],
  ['//hooks.example.com/', 'malformed_url'],
  ['hooks.example.com', 'malformed_url'],
  ['https://', 'malformed_url'],
  [`https://hooks.example.com/${'a'.repeat(2048)}`, 'malformed_url'],
  ['https://maya@hooks.example.com/', 'credentials_in_url'],
  ['https://hooks.example.com@127.0.0.1/', 'credentials_in_url'],
  ['https://:secret@hooks.example.com/', 'credentials_in_url'],
  ['https://hooks.example.com:8443/', 'port_not_allowed'],
  ['https://hooks.example.com:80/', 'port_not_allowed'],
  ...[
    ...['127.0.0.1', '127.1', '0x7f.1', '0x7f000001', '2130706433', '017700000001', '127.0.0.1.', '0', '0xA9FEA9FE'],
    ...[
      '1２7.0.0.1',
      '169.254.169.254',
      '2852039166',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '[::127.0.0.1]',
      '[64:ff9b::7f00:1]',
    ],
    ...['[64:ff9b:1::7f00:1]', '[2002:7f00:1::]', '[fd00:ec2::254]', '[fe80::1]', '192.168.0.1', '100.100.100.100'],
    ...['localhost', 'LOCALHOST', 'localhost.', 'hooks.localhost', 'db.internal', 'printer.local', 'router.lan'],
    ...[
      'metadata',
      'hooks',
      'hooks.example.com.',
      'x.home.arpa',
      'hidden.onion',
      'hooks.test',
      'ip-10-0-0-1.ec2.internal',
    ],
  ].map((host): [string, string] => [`https://${host}/`, 'address_not_public']),
])('%s is refused: %s', (address, problem) => {
  expect(destinationOf(address, { exceptions: [] })).toBe(problem);
});

test.each([
  ['https://hooks.example.com/in?team=7#part', 'https://hooks.example.com/in?team=7'],
  ['https://hooks.example.com:443/', 'https://hooks.example.com/'],
  ['HTTPS://Hooks.Example.COM', 'https://hooks.example.com/'],
  ['https://münchen.example/', 'https://xn--mnchen-3ya.example/'],
  ['https://8.8.8.8/', 'https://8.8.8.8/'],
  ['https://[2606:4700::1111]/', 'https://[2606:4700::1111]/'],
])('%s is accepted as %s', (address, url) => {
  expect(String(destinationOf(address, { exceptions: [] }))).toBe(url);
});

test('an exception allows exactly one host and port', () => {
  const exceptions = ['127.0.0.1:4571'];
  expect(String(destinationOf('http://127.0.0.1:4571/in', { exceptions }))).toBe('http://127.0.0.1:4571/in');
  expect(String(destinationOf('https://127.1:4571/in', { exceptions }))).toBe('https://127.0.0.1:4571/in');
  for (const other of ['http://127.0.0.1:4572/', 'http://127.0.0.2:4571/', 'http://localhost:4571/']) {
    expect(destinationOf(other, { exceptions }), other).toBe('https_required');
  }
  expect(destinationOf('https://127.0.0.1/', { exceptions })).toBe('address_not_public');
  expect(destinationOf('http://me@127.0.0.1:4571/', { exceptions })).toBe('credentials_in_url');
  expect(destinationOf('ftp://127.0.0.1:4571/', { exceptions })).toBe('https_required');
});

test('assertDestination rejects a private address with address_refused, naming the field', () => {
  expect(() => {
    assertDestination('https://hooks.example.com/', { exceptions: [] }, 'body.url');
  }).not.toThrow();
  expect(() => {
    assertDestination('https://[::1]/', { exceptions: [] }, 'body.url');
  }).toThrow(
    expect.objectContaining({
      kind: 'invalid',
      code: 'address_refused',
      message: 'body.url must name a public host on the Internet.',
      fields: [{ path: 'body.url', code: 'address_not_public', message: 'must name a public host on the Internet' }],
    }),
  );
});

test('every notation of every private address is refused', () => {
  const byte = fc.nat(255);
  const privateAddress = fc.oneof(
    fc.tuple(fc.constantFrom(0, 10, 127), byte, byte, byte),
    fc.tuple(fc.constant(192), fc.constant(168), byte, byte),
    fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), byte, byte),
    fc.tuple(fc.constant(169), fc.constant(254), byte, byte),
    fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), byte, byte),
    fc.tuple(fc.integer({ min: 224, max: 255 }), byte, byte, byte),
  );
  fc.assert(
    fc.property(privateAddress, ([a, b, c, d]) => {
      const number = ((a * 256 + b) * 256 + c) * 256 + d;
      const hex = number.toString(16).padStart(8, '0');
      const groups = `${hex.slice(0, 4)}:${hex.slice(4)}`;
      const hosts = [
        ...[`${a}.${b}.${c}.${d}`, String(number), `0x${hex}`, `0${number.toString(8)}`, `${a}.${b}.${c * 256 + d}`],
        ...[`0x${a.toString(16)}.0${b.toString(8)}.${c}.${d}`, `[::ffff:${groups}]`, `[::${groups}]`],
        ...[`[64:ff9b::${groups}]`, `[64:ff9b:1::${groups}]`, `[2002:${groups}::1]`],
      ];
      for (const host of hosts)
        expect(destinationOf(`https://${host}/`, { exceptions: [] }), host).toBe('address_not_public');
    }),
  );
});

test("the platform's own hosts are refused with own_address", () => {
  const reach = { exceptions: ['127.0.0.1:4571'], ownHosts: ['platform.example.com', '127.0.0.1:4571'] };
  for (const own of ['https://PLATFORM.example.com/v1/hooks/x', 'http://127.1:4571/v1/hooks/x']) {
    expect(destinationOf(own, reach), own).toBe('own_address');
  }
  expect(String(destinationOf('https://example.com/', reach))).toBe('https://example.com/');
});
