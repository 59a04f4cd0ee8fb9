import { isbot } from 'isbot';
import { DomainError } from '#shared/errors.ts';
import type { RequestFacts } from '#shared/http/route.ts';
import { loggable } from '#shared/observability.ts';
import type { Deps } from '../deps.ts';
import { LinkCode } from '../domain/short-link.ts';

/**
 * Returns the target of a short link, and counts a click in the current hour. Readers reach the target even if the
 * click cannot be counted.
 * @throws DomainError `short_link_not_found`
 */
export const follow = async (
  { shortLinks, now, log }: Pick<Deps, 'shortLinks' | 'now' | 'log'>,
  code: string,
  request: Pick<RequestFacts, 'userAgent' | 'isSpeculative'>,
): Promise<{ target: string }> => {
  const redirect = LinkCode.safeParse(code).success ? await shortLinks.find(code) : undefined;
  if (!redirect || redirect.stoppedAt !== null) {
    throw new DomainError(
      'not-found',
      'short_link_not_found',
      'No short link has this code, or the link was disabled.',
    );
  }
  if (isByPerson(request)) {
    try {
      await shortLinks.count(code, now());
    } catch (error) {
      log.error('a click was not counted', { error: loggable(error) });
    }
  }
  return { target: redirect.target };
};

/** Programs identify themselves, including X's own previews; a client without a user agent is not a browser. */
const isByPerson = ({ userAgent, isSpeculative }: Pick<RequestFacts, 'userAgent' | 'isSpeculative'>): boolean =>
  !isSpeculative && userAgent !== '' && !isbot(userAgent);
