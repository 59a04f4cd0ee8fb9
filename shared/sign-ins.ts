import * as z from 'zod';

/** A sign-in, as identified by the access tokens issued for it. */
export interface SignIn {
  signInId?: string | undefined;
  signInRound?: number | undefined;
}

/**
 * The last time all of a person's sign-ins but one were ended. Each time starts a new round, whose number all later
 * tokens carry, so that the order does not depend on clocks.
 */
export const SignIns = z.object({
  round: z.int(),
  /** The sign-in that was kept: a person who changes their password stays signed in there. */
  kept: z.string().nullable(),
});
export type SignIns = z.infer<typeof SignIns>;

/** Whether this sign-in was ended too. */
export const isEndedBy = ({ round, kept }: SignIns, { signInId, signInRound = 0 }: SignIn): boolean =>
  signInRound < round && (kept === null || kept !== signInId);
