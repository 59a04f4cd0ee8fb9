import { originHeader } from '#shared/http/origin.ts';

const timeoutMs = 5_000;

/**
 * Asks paths of the platform's own API; false when one does not answer 2xx in time.
 * @param url the API's own host, past CloudFront
 * @param originSecret what CloudFront sends along with each request, where there is one
 */
export const ownApi =
  (url: string, originSecret: string | undefined) =>
  async (path: string): Promise<boolean> => {
    const headers = originSecret === undefined ? {} : { [originHeader]: originSecret };
    const request = fetch(url + path, { headers, signal: AbortSignal.timeout(timeoutMs) });
    const answer = await request.catch(() => undefined);
    return answer?.ok === true;
  };
