import {
  ApiPartialResponseError,
  ApiResponseError,
  type ITwitterApiClientPlugin,
  TwitterApi,
  type TwitterApiOAuth2Init,
} from 'twitter-api-v2';
import { classify, type ScarceLimit, scarceLimit, type XAnswer, XError } from '../domain/x-failure.ts';

/** Where X's API is, and how long a call may take in all. */
export interface XEndpoint {
  apiUrl: string;
  timeoutMs: number;
}

/**
 * A client of twitter-api-v2 for one credential. The library knows no base URL, and a time-out of idle sockets only:
 * a plugin sets both. Sockets are not kept alive: after a freeze of the function a stale one would make the outcome of
 * a write unknown.
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
  // Not imported: ESM reads every export of node:http, and one of them loads undici (30 ms).
  const { Agent } = process.getBuiltinModule(base.protocol === 'http:' ? 'node:http' : 'node:https');
  const httpAgent = new Agent({ keepAlive: false });
  // The constructor of the library has one overload per kind of credential.
  const settings = { plugins: [plugin], compression: false, httpAgent };
  return typeof credential === 'string' ? new TwitterApi(credential, settings) : new TwitterApi(credential, settings);
};

/** What a client's `get` and `post` answer when asked for the full response; the library's own types trust X. */
export interface FullResponse {
  data: unknown;
  headers: XAnswer['headers'];
}

/**
 * Makes a call and reads its answer.
 * @throws XError for every failure, and for a 2xx that is not what X documents: what X did is then unknown.
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
 * What X answered, from what the library throws. A cut connection, a time-out and an unreadable body have no whole
 * answer. @throws the error itself when it does not come from a call.
 */
const answerOf = (error: unknown): XAnswer => {
  if (error instanceof ApiResponseError) return { status: error.code, headers: error.headers, body: error.data };
  if (error instanceof ApiPartialResponseError) {
    // A 429 whose body was cut or garbled is still a 429; where the body decides, nothing is known.
    const { statusCode, headers } = error.response;
    return { status: statusCode ?? null, headers, body: error.rawContent };
  }
  if (isRequestError(error)) return { status: null, headers: {}, body: undefined };
  throw error;
};

const isRequestError = (error: unknown): boolean =>
  error instanceof Error && 'type' in error && error.type === 'request';
