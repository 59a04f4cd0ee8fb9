import { createHmac } from 'node:crypto';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Base 32 without padding (RFC 4648, section 6). */
const decode = (secret: string): Buffer => {
  const bits = Array.from(secret, (letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from(bits.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? []);
};

/** The code of an authenticator with this secret at a time (RFC 6238: SHA-1, six digits, 30 seconds). */
export const totpAt = (secret: string, at: Date): string => {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at.getTime() / 30_000)));
  const mac = createHmac('sha1', decode(secret)).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
};

const stepMs = 30_000;

/**
 * Codes that never repeat, since each is accepted once. The code of the next step is accepted too (RFC 6238, section
 * 5.2), so that two are available at once; each is still accepted if its request takes half a minute.
 * @throws Error on a request for a third code
 */
export const authenticator = (secret: string): (() => string) => {
  let latest = -Infinity;
  return () => {
    const now = Math.floor(Date.now() / stepMs);
    const step = Math.max(now, latest + 1);
    if (step > now + 1) throw new Error('All codes that are taken now were typed');
    latest = step;
    return totpAt(secret, new Date(step * stepMs));
  };
};
