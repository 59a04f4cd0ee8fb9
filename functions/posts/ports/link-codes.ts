import { createHmac } from 'node:crypto';
import { derivedKey } from '#shared/derived-key.ts';

/** Position of a link in a post, and its target. */
export interface LinkPlace {
  workspaceId: string;
  postId: string;
  part: number;
  /** Index of the link within the part, from 0. */
  place: number;
  target: string;
}

/** Makes the codes of short links. */
export interface LinkCodes {
  codeOf(link: LinkPlace): Promise<string>;
}

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const codeLength = 12;

/**
 * Generates codes by HMAC-SHA256 with a key derived from the stage's secret: a link of a post always gets the same
 * code, even after the table was restored to an earlier state, and nobody else can predict one.
 */
export const linkCodesFrom = (secret: string): LinkCodes => {
  const key = derivedKey(secret, 'short-links/1');
  return {
    codeOf: async ({ workspaceId, postId, part, place, target }) => {
      const seed = JSON.stringify([workspaceId, postId, part, place, target]);
      let rest = BigInt(`0x${createHmac('sha256', key).update(seed).digest('hex')}`);
      let code = '';
      while (code.length < codeLength) {
        code += digits.charAt(Number(rest % 62n));
        rest /= 62n;
      }
      return code;
    },
  };
};
