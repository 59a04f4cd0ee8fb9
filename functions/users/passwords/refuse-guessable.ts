import type { Deps } from '../deps.ts';
import { bareWords, isPersonal } from '../domain/guessable.ts';
import { guessablePassword } from '../domain/sign-in-errors.ts';

/** @throws DomainError `common_password`, `personal_password` */
export const refuseGuessable = async (
  { commonPasswords }: Pick<Deps, 'commonPasswords'>,
  password: string,
  known: { email: string; name?: string },
): Promise<void> => {
  if (await commonPasswords.includeAny(bareWords(password))) throw guessablePassword('common');
  if (isPersonal(password, known)) throw guessablePassword('personal');
};
