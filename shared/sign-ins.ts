import * as z from 'zod';

/** A sign-in, as the access tokens that come from it name it. */
export interface SignIn {
  signInId?: string | undefined;
  signInRound?: number | undefined;
}

/**
 * The end of all of a person's sign-ins but one. Each such end begins another round, whose number every later token
 * carries, so that the order does not depend on clocks.
 */
export const SignIns = z.object({
  round: z.int(),
  /** The sign-in that continued: changing the password does not sign out the person who does it. */
  kept: z.string().nullable(),
});
export type SignIns = z.infer<typeof SignIns>;

/** Whether the end of a person's sign-ins is the end of this one, too. */
export const isEndedBy = ({ round, kept }: SignIns, { signInId, signInRound = 0 }: SignIn): boolean =>
  signInRound < round && (kept === null || kept !== signInId);
