import * as z from 'zod';

/** What the identity provider gives to a signed-in person. */
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

/** The claims of a token that came from the provider itself just now, so that its signature needs no check. */
const claimsOf = ({ accessToken }: Tokens): z.infer<typeof Claims> => {
  const payload = Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString('utf8');
  return Claims.parse(JSON.parse(payload));
};

/** Whom an access token is for. */
export const subjectOf = (tokens: Tokens): string => claimsOf(tokens).sub;

/** The sign-in that the token and all its refreshed successors come from. */
export const signInIdOf = (tokens: Tokens): string | null => claimsOf(tokens).origin_jti ?? null;

/** How often all sign-ins of the person had ended when the token was issued. */
export const signInRoundOf = (tokens: Tokens): number => claimsOf(tokens).sign_in_round;

/** The workspace that an access token opens; undefined of one that opens none. */
export const workspaceIdOf = (tokens: Tokens): string | undefined => claimsOf(tokens).workspace_id;
