import { createHmac } from 'node:crypto';
import { derivedKey } from '#shared/derived-key.ts';

/** The place of a link in a post, and where it leads. */
export interface LinkPlace {
  workspaceId: string;
  postId: string;
  part: number;
  /** Which link of the part it is, from 0. */
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
 * Codes by HMAC-SHA256 under a key of the stage's secret: the same link of a post has the same code whenever it is asked
 * for, also when the table was restored to an earlier state, and nobody else can tell the next one.
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
