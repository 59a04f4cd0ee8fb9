import * as z from 'zod';
import { digestOf } from '#shared/secrets.ts';
import { daySeconds } from '#shared/time.ts';

/** Purpose of a code. `nobody`: none; stored so that the response time does not reveal whether an account exists. */
export type CodePurpose = 'sign_up' | 'password_reset' | 'nobody';

/** How long an emailed code is valid: at most a day (NIST SP 800-63B-4, "recovery codes"). */
export const codeSeconds = daySeconds;

/** Random bytes per code. */
export const codeBytes = 8;

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * Returns eight characters of Crockford's base 32, which avoids lookalikes: 40 random bits. With 7,200 attempts a day
 * (the strict limit of one IP address), the chance of guessing one of an address's four codes is 3 in 100 million.
 */
export const codeOf = (bytes: Uint8Array): string =>
  [...bytes.subarray(0, codeBytes)].map((byte) => alphabet.charAt(byte & 31)).join('');

/** Formats a code for an email: `K7PM-3XQD`. */
export const written = (code: string): string => `${code.slice(0, 4)}-${code.slice(4)}`;

/** What people type or copy between the characters of a code: spaces, dashes, dots, invisible marks. */
const between = String.raw`[\s.\u00ad\u00b7\u2010-\u2015\u2212\u2022\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufe63\uff0d-]*`;

/** Converts a range to its full-width forms, which East Asian keyboards produce. */
const ofEitherWidth = (range: string): string =>
  range.replace(/[0-9A-Za-z]/g, (end) => String.fromCharCode(end.charCodeAt(0) + 0xfee0));

/** Schema of a code with that many characters, as typed or pasted, with any separators. */
export const pastedCode = (characters: '0-9' | '0-9A-Za-z', length: number, message: string) =>
  z
    .string()
    .max(80, { abort: true })
    .regex(new RegExp(`^${between}(?:[${characters}${ofEitherWidth(characters)}]${between}){${length}}$`), message)
    .overwrite((text) => text.normalize('NFKC').replace(/[^0-9A-Za-z]/g, ''));

/** An emailed code in any case, including letters that Crockford's decoding reads as digits. */
export const MailedCode = pastedCode('0-9A-Za-z', 8, 'must be the eight-character code from the email')
  .overwrite((text) => text.toUpperCase().replaceAll('O', '0').replace(/[IL]/g, '1'))
  .meta({
    description: 'Eight-character code from the email. Case, spaces and hyphens are ignored',
    examples: ['K7PM-3XQD'],
  });

/** Returns the stored digest of a code. `whose`: the address or subject that the code belongs to. */
export const codeDigest = (whose: string, code: string): string => digestOf(`${whose}/${code}`);
