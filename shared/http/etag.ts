import { createHash } from 'node:crypto';
import { DomainError } from '../errors.ts';

/** Returns the strong entity tag of a version (RFC 9110, section 8.8.3). */
export const etagOf = (version: number): string => `"v${version}"`;

/** Returns the strong entity tag of a text without a version. */
export const etagOfBytes = (text: string): string => `"${createHash('sha256').update(text).digest('base64url')}"`;

/** Whether an `If-None-Match` header names the tag, compared weakly (RFC 9110, section 13.1.2). */
export const isNamedIn = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch !== undefined &&
  (ifNoneMatch.trim() === '*' || ifNoneMatch.split(',').some((each) => each.trim().replace(/^W\//, '') === etag));

/**
 * Returns the version that an `If-Match` header names.
 * @throws DomainError `precondition_failed` for a tag that is not ours: it cannot match.
 */
export const versionIn = (ifMatch: string): number => {
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
    'The resource has changed since the version in If-Match. Get the current version and reapply the change.',
  );
