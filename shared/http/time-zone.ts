import { DomainError } from '../errors.ts';

/**
 * The canonical name of a time zone that a request's body names.
 * @throws DomainError `invalid_time_zone` for one that Node's tz database does not know.
 */
export const knownTimeZone = (timeZone: string): string => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
  } catch (cause) {
    throw new DomainError('invalid', 'invalid_time_zone', 'There is no such time zone.', {
      fields: [{ path: 'body.timeZone', code: 'invalid_time_zone', message: 'must be an IANA time zone' }],
      cause,
    });
  }
};
