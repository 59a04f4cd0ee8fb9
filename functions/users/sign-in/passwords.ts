import type { Caller } from '#shared/http/route.ts';
import type { Deps } from '../deps.ts';
import { bareWords, isPersonal } from '../domain/guessable.ts';
import type { Person } from '../domain/person.ts';
import { guessablePassword } from '../domain/sign-in-errors.ts';
import { signedInBearer, triedByBearer } from '../lock-out/lock-out.ts';

/** @throws DomainError `common_password`, `personal_password` */
export const refuseGuessable = async (
  { commonPasswords }: Pick<Deps, 'commonPasswords'>,
  password: string,
  known: { email: string; name?: string },
): Promise<void> => {
  if (await commonPasswords.includeAny(bareWords(password))) throw guessablePassword('common');
  if (isPersonal(password, known)) throw guessablePassword('personal');
};

/** Asks for the password before something that matters. @throws DomainError `invalid_credentials`, `too_many_tries` */
export const provePassword = (deps: Deps, caller: Caller, { email }: Person, password: string) =>
  triedByBearer(deps, { kind: 'password', bearer: signedInBearer(caller) }, async () =>
    deps.identities.checkPassword(email, password),
  );
