import { DomainError } from '../errors.ts';

/** The strong entity tag of an entity's version (RFC 9110, section 8.8.3). */
export const etagOf = (version: number): string => `"v${version}"`;

/**
 * The version an `If-Match` header names.
 * @throws DomainError `precondition_failed` for a tag that is none of ours: it cannot match.
 */
export const versionOf = (ifMatch: string): number => {
  const version = /^"v(\d{1,9})"$/.exec(ifMatch.trim())?.[1];
  if (version === undefined) throw changedMeanwhile();
  return Number(version);
};

/** @throws DomainError `precondition_failed` when the caller's version is not the entity's. */
export const assertVersion = (entity: { version: number }, expected: number | undefined): void => {
  if (expected !== undefined && expected !== entity.version) throw changedMeanwhile();
};

const changedMeanwhile = (): DomainError =>
  new DomainError(
    'precondition-failed',
    'precondition_failed',
    'It was changed since you read it. Read it again and apply your change to what you find.',
  );
