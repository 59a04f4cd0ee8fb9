import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { DomainError } from '../errors.ts';
import { isSameSecret } from '../secrets.ts';

/** Minimum length of the operator token; a shorter one could be guessed. */
const shortest = 32;

/**
 * Admits callers with the stage's operator token (RFC 6750): people and machines that run the platform and belong to no
 * workspace. The token is read when needed; without one, everybody is refused.
 * @throws DomainError `not_an_operator`
 */
export const assertOperator = async (
  { headers }: Pick<APIGatewayProxyEventV2, 'headers'>,
  operatorToken: (() => Promise<string>) | undefined,
): Promise<void> => {
  const [, sent] = /^Bearer +(\S{1,512})$/i.exec(headers.authorization ?? '') ?? [];
  if (sent === undefined || !operatorToken) throw notAnOperator();
  const token = await operatorToken();
  if (token.length < shortest || !isSameSecret(sent, token)) throw notAnOperator();
};

const notAnOperator = (): DomainError =>
  new DomainError(
    'unauthenticated',
    'not_an_operator',
    'This operation is for the operators of the platform. Send the operator token as a Bearer token.',
    { headers: { 'www-authenticate': 'Bearer realm="operators"' } },
  );
