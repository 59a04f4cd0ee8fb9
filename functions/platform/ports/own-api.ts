import { originHeader } from '#shared/http/origin.ts';

const timeoutMs = 5_000;

/**
 * Requests paths of the platform's own API; false if one does not respond with 2xx in time.
 * @param url host of the API itself, bypassing CloudFront
 * @param originSecret header value that CloudFront adds to each request, if any
 */
export const ownApi =
  (url: string, originSecret: string | undefined) =>
  async (path: string): Promise<boolean> => {
    const headers = originSecret === undefined ? {} : { [originHeader]: originSecret };
    const request = fetch(url + path, { headers, signal: AbortSignal.timeout(timeoutMs) });
    const answer = await request.catch(() => undefined);
    return answer?.ok === true;
  };
