import {
  ApiPartialResponseError,
  ApiResponseError,
  type ITwitterApiClientPlugin,
  TwitterApi,
  type TwitterApiOAuth2Init,
} from 'twitter-api-v2';
import { classify, type ScarceLimit, scarceLimit, type XAnswer, XError } from '../domain/x-failure.ts';

/** The address of X's API, and the total timeout of a call. */
export interface XEndpoint {
  apiUrl: string;
  timeoutMs: number;
}

/**
 * Creates a client of twitter-api-v2 for one credential. The library has no base URL, and a timeout only for idle
 * sockets; a plugin sets both. No keep-alive: after the function was frozen, a stale socket would make the outcome of a
 * write unknown.
 */
export const xClient = (credential: string | TwitterApiOAuth2Init, { apiUrl, timeoutMs }: XEndpoint): TwitterApi => {
  const base = new URL(apiUrl);
  const plugin: ITwitterApiClientPlugin = {
    onBeforeRequestConfig({ params }) {
      const url = new URL(params.url);
      url.protocol = base.protocol;
      url.host = base.host;
      params.url = url.href;
    },
    async onBeforeRequest({ requestOptions }) {
      requestOptions.signal = AbortSignal.timeout(timeoutMs);
    },
  };
  // Not imported: ESM evaluates every export of node:http, and one of them loads undici (30 ms).
  const { Agent } = process.getBuiltinModule(base.protocol === 'http:' ? 'node:http' : 'node:https');
  const httpAgent = new Agent({ keepAlive: false });
  // The library's constructor has one overload per kind of credential.
  const settings = { plugins: [plugin], compression: false, httpAgent };
  return typeof credential === 'string' ? new TwitterApi(credential, settings) : new TwitterApi(credential, settings);
};

/** Full response of a client's `get` and `post`; the library's own types trust X. */
export interface FullResponse {
  data: unknown;
  headers: XAnswer['headers'];
}

/**
 * Makes a call and parses its response.
 * @throws XError for every failure, and for a 2xx in an undocumented form, since what X did is then unknown
 */
export const callX = async <Value>(
  call: () => Promise<FullResponse>,
  read: (body: unknown) => Value | undefined,
): Promise<{ value: Value; scarce: ScarceLimit | null }> => {
  let response: FullResponse;
  try {
    response = await call();
  } catch (error) {
    throw new XError(classify(answerOf(error)));
  }
  const value = read(response.data);
  if (value === undefined) throw new XError({ kind: 'unknown_outcome' });
  return { value, scarce: scarceLimit(response.headers) };
};

/**
 * Returns X's response from the error that the library threw. A lost connection, a timeout or an unreadable body is no
 * complete response. @throws the error itself when it does not come from a call
 */
const answerOf = (error: unknown): XAnswer => {
  if (error instanceof ApiResponseError) return { status: error.code, headers: error.headers, body: error.data };
  if (error instanceof ApiPartialResponseError) {
    // A 429 with a truncated body is still a 429; where the body matters, the outcome is unknown.
    const { statusCode, headers } = error.response;
    return { status: statusCode ?? null, headers, body: error.rawContent };
  }
  if (isRequestError(error)) return { status: null, headers: {}, body: undefined };
  throw error;
};

const isRequestError = (error: unknown): boolean =>
  error instanceof Error && 'type' in error && error.type === 'request';
