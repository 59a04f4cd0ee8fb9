import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import * as z from 'zod';
import { stage } from './stage.ts';

const Json = z.record(z.string(), z.unknown());

const decoded = (part = ''): Record<string, unknown> =>
  Json.parse(JSON.parse(Buffer.from(part, 'base64url').toString('utf8')));

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The claims of a token. */
export const claimsOf = (token: string): Record<string, unknown> => decoded(token.split('.')[1]);

/** The text of the file with this name in the stage's folder. */
const keptFile = (name: string): string => {
  const folder = inject('folder');
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((file) => file.endsWith(name));
  if (found === undefined) throw new Error(`The emulator keeps no ${name}`);
  return readFileSync(join(folder, found), 'utf8');
};

const isGone = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** The emulator replaces its files while it runs: one may disappear while it is listed or read. */
const maxReads = 20;

/** The key with which the stage's user pool signs access tokens, from the emulator's state. */
export const poolKey = (): KeyObject => {
  for (let reads = 1; ; reads += 1) {
    try {
      return createPrivateKey(keptFile(`${stage.userPoolId}-access.pem`));
    } catch (error) {
      if (reads === maxReads || !isGone(error)) throw error;
    }
  }
};

/** A key that nobody trusts. */
export const strangersKey = (): KeyObject => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

/** The token with changed claims, signed with this key (RS256, RFC 7515). */
export const resigned = (token: string, key: KeyObject, claims: Record<string, unknown> = {}): string => {
  const [header = ''] = token.split('.');
  const signed = `${header}.${encoded({ ...claimsOf(token), ...claims })}`;
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), key).toString('base64url')}`;
};

/** The token unsigned (`alg: none`), with its claims unchanged. */
export const unsigned = (token: string): string => {
  const [header, claims = ''] = token.split('.');
  return `${encoded({ ...decoded(header), alg: 'none' })}.${claims}.`;
};
