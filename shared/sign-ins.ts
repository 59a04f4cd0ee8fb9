import * as z from 'zod';

/** A sign-in, as the access tokens that come from it name it. */
export interface SignIn {
  signInId?: string | undefined;
  signInRound?: number | undefined;
}

/**
 * The end of all of a person's sign-ins but one. Each such end begins another round, whose number every later token
 * carries: no clock has to tell what came before.
 */
export const SignIns = z.object({
  round: z.int(),
  /** The sign-in that went on: whoever changes their password stays signed in. */
  kept: z.string().nullable(),
});
export type SignIns = z.infer<typeof SignIns>;

/** Whether the end of a person's sign-ins is the end of this one, too. */
export const isEndedBy = ({ round, kept }: SignIns, { signInId, signInRound = 0 }: SignIn): boolean =>
  signInRound < round && (kept === null || kept !== signInId);
