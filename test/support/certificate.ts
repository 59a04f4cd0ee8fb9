import { generateKeyPairSync, randomInt, sign } from 'node:crypto';

/** DER (ITU-T X.690): a tag, a length, and the content. */
const der = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
};

const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts);
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const utcTime = (at: Date): Buffer =>
  der(0x17, Buffer.from(`${at.toISOString().replace(/\D/g, '').slice(2, 14)}Z`, 'ascii'));

/** 2.5.4.3 commonName, 2.5.29.17 subjectAltName, 1.2.840.10045.4.3.2 ecdsa-with-SHA256. */
const [commonName, subjectAltName, ecdsaWithSha256] = ['550403', '551d11', '2a8648ce3d040302'].map(oid) as [
  Buffer,
  Buffer,
  Buffer,
];

/** A self-signed certificate (RFC 5280) for a name, or for 127.0.0.1, and its key, both as PEM. Valid for an hour. */
export const certificateOf = (name: string, now = new Date()): { key: string; cert: string } => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const [isFrom, isUntil] = [-3_600_000, 3_600_000].map((ms) => utcTime(new Date(now.getTime() + ms))) as [
    Buffer,
    Buffer,
  ];
  const who = sequence(der(0x31, sequence(commonName, der(0x0c, Buffer.from(name)))));
  const algorithm = sequence(ecdsaWithSha256);
  const isAddress = name === '127.0.0.1';
  const alternative = isAddress ? der(0x87, Buffer.from([127, 0, 0, 1])) : der(0x82, Buffer.from(name));
  const extension = sequence(subjectAltName, der(0x04, sequence(alternative)));
  const signed = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([randomInt(1, 127)])),
    ...[algorithm, who, sequence(isFrom, isUntil), who],
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(extension)),
  );
  const signature = sign('sha256', signed, privateKey);
  const whole = sequence(signed, algorithm, der(0x03, Buffer.from([0]), signature));
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
  };
};
