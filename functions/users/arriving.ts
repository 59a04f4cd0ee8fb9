import type { RequestFacts } from '../../shared/http/route.ts';
import type { Deps } from './deps.ts';
import { noWorkspace } from './domain/refusals.ts';
import { openSession } from './sessions.ts';
import type { Tokens } from './tokens.ts';
import { withWorkplace } from './workplace.ts';

/** What the identity provider has found out about somebody who signs in. */
interface Arrival {
  subject: string;
  tokens: Tokens;
  /** Whether it asked for the code of an authenticator: nobody knows better whether they have one. */
  hasMfa: boolean;
}

/**
 * Lets somebody in whom the identity provider has let in: with a workspace to work in, and with a record of their second
 * factor that is true, whoever changed it there. Where either was not so, the tokens are issued anew.
 * @throws DomainError `no_workspace`
 */
export const arrive = async (
  deps: Deps,
  { subject, tokens, hasMfa }: Arrival,
  request: RequestFacts,
): Promise<Tokens> => {
  const { correlationId } = request;
  const opening = await withWorkplace(deps, subject, tokens, correlationId);
  const person = await deps.people.noteSignIn(subject, correlationId);
  if (!person) throw noWorkspace();
  if (person.hasMfa === hasMfa) return openSession(deps, person, opening.tokens, request);
  const corrected = await deps.people.changeCredentials(subject, { hasMfa }, correlationId);
  if (!corrected) throw noWorkspace();
  const renewed = await (await deps.identities()).refresh(tokens.refreshToken);
  return openSession(deps, corrected, renewed, request);
};
