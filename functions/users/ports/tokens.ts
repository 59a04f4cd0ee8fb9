import * as z from 'zod';

/** Tokens that the identity provider issues to a person. */
export interface Tokens {
  accessToken: string;
  refreshToken: string;
  /** Seconds until the access token expires. */
  expiresIn: number;
  tokenType: 'Bearer';
}

const Claims = z.object({
  sub: z.string(),
  origin_jti: z.string().optional(),
  workspace_id: z.string().optional(),
  sign_in_round: z.coerce.number().default(0),
});

/** Parses the claims of a token. It comes directly from the provider, so its signature need not be verified. */
const claimsOf = ({ accessToken }: Tokens): z.infer<typeof Claims> => {
  const payload = Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString('utf8');
  return Claims.parse(JSON.parse(payload));
};

/** Returns the `sub` of an access token. */
export const subjectOf = (tokens: Tokens): string => claimsOf(tokens).sub;

/** Returns the id of the sign-in, which stays the same when tokens are refreshed. */
export const signInIdOf = (tokens: Tokens): string | null => claimsOf(tokens).origin_jti ?? null;

/** Returns the person's `signInRound` when the token was issued. */
export const signInRoundOf = (tokens: Tokens): number => claimsOf(tokens).sign_in_round;

/** Returns the workspace that an access token gives access to; undefined: none. */
export const workspaceIdOf = (tokens: Tokens): string | undefined => claimsOf(tokens).workspace_id;
