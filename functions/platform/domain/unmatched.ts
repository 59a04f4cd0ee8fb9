import { DomainError } from '#shared/errors.ts';

/** Paths of the API with their methods, as in the OpenAPI document. */
type Paths = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const matches = (template: string, path: string): boolean => {
  const parts = template.split('/');
  const given = path.split('/');
  return (
    parts.length === given.length &&
    parts.every((part, place) => (part.startsWith('{') ? given[place] !== '' : part === given[place]))
  );
};

/** Returns why no route matched: the path has other methods (405 with `Allow`, RFC 9110), or does not exist (404). */
export const unmatchedError = (paths: Paths, method: string, path: string): DomainError => {
  const found = Object.entries(paths).filter(([template]) => matches(template, path));
  const described = found.flatMap(([, methods]) => Object.keys(methods).map((each) => each.toUpperCase()));
  const allowed = [...new Set(described.flatMap((each) => (each === 'GET' ? ['GET', 'HEAD'] : [each])))];
  if (allowed.length === 0) {
    return new DomainError('not-found', 'no_such_operation', 'No operation has this path. See /v1/openapi.json.');
  }
  const Allow = allowed.sort().join(', ');
  return new DomainError(
    'method-not-allowed',
    'method_not_allowed',
    `This path does not support ${method}, only ${Allow}.`,
    {
      headers: { Allow },
    },
  );
};
