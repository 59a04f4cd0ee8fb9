import * as z from 'zod';
import { digestOf } from '#shared/secrets.ts';
import { daySeconds } from '#shared/time.ts';

/**
 * What a code is good for. `nobody`: nothing; it is kept so that the time does not reveal whether another one is valid.
 */
export type CodePurpose = 'sign_up' | 'password_reset' | 'nobody';

/** A code that was mailed is good this long: a day at most for codes by mail (NIST SP 800-63B-4, "recovery codes"). */
export const codeSeconds = daySeconds;

/** Random bytes that a code is made of. */
export const codeBytes = 8;

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * Eight characters of Crockford's base 32, which avoids lookalikes: 40 random bits. Someone with 7,200 tries a day (the
 * strict limit of one address) finds one of an address' four codes with a chance of 3 in 100 million.
 */
export const codeOf = (bytes: Uint8Array): string =>
  [...bytes.subarray(0, codeBytes)].map((byte) => alphabet.charAt(byte & 31)).join('');

/** A code as a mail shows it: `K7PM-3XQD`. */
export const written = (code: string): string => `${code.slice(0, 4)}-${code.slice(4)}`;

/** What people put between the characters of a code or copy along with it: blanks, dashes, dots, invisible marks. */
const between = String.raw`[\s.\u00ad\u00b7\u2010-\u2015\u2212\u2022\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufe63\uff0d-]*`;

/** A character and the one of full width that keyboards of East Asia write for it. */
const ofEitherWidth = (range: string): string =>
  range.replace(/[0-9A-Za-z]/g, (end) => String.fromCharCode(end.charCodeAt(0) + 0xfee0));

/** A code of that many characters as people type or paste it, whatever is between and around them. */
export const pastedCode = (characters: '0-9' | '0-9A-Za-z', length: number, message: string) =>
  z
    .string()
    .max(80, { abort: true })
    .regex(new RegExp(`^${between}(?:[${characters}${ofEitherWidth(characters)}]${between}){${length}}$`), message)
    .overwrite((text) => text.normalize('NFKC').replace(/[^0-9A-Za-z]/g, ''));

/** A mailed code, in any case, with the letters that Crockford's decoding reads as digits. */
export const MailedCode = pastedCode('0-9A-Za-z', 8, 'must be the eight-character code from the email')
  .overwrite((text) => text.toUpperCase().replaceAll('O', '0').replace(/[IL]/g, '1'))
  .meta({
    description: 'Eight-character code from the email. Case, spaces and hyphens are ignored',
    examples: ['K7PM-3XQD'],
  });

/** What is kept of a code. `whose` is the address, or whatever the code belongs to. */
export const codeDigest = (whose: string, code: string): string => digestOf(`${whose}/${code}`);
