import * as z from 'zod';
import type { Struck } from './lab.ts';

/** A rule of microburst: the first that matches a request strikes, `times` times. */
export interface AwsRule {
  service: 'dynamodb' | 'events' | 'secretsmanager';
  operation: string;
  /** JMESPath over the request's body. */
  body?: string;
  /** Parts of header values. */
  headers?: Readonly<Record<string, string>>;
  times: number;
  /** An error in the service's own form. */
  error?: { code: string };
  /** Cuts the connection without an answer; nothing is forwarded. */
  reset?: true;
  /** Delays the request before it is forwarded, in milliseconds. */
  latency?: number;
  /** Holds the request, then closes the connection; nothing is forwarded. In milliseconds. */
  timeout_ms?: number;
  /** The request is forwarded; its response is cut off in the middle. */
  response?: { abort_bytes: number };
}

const Armed = z.array(z.object({ id: z.int(), fired_count: z.int() }));

/** Requests from one function, which names itself in the user agent (AWS_SDK_UA_APP_ID). */
export const by = (context: string): Pick<AwsRule, 'headers'> => ({
  headers: { 'user-agent': `app/xmp-local-${context}` },
});

/** Requests whose body contains all of these words, such as one of our ids or a kind of key. */
export const about = (...words: readonly string[]): Pick<AwsRule, 'body'> => ({
  body: words.map((word) => `contains(to_string(@), '${word}')`).join(' && '),
});

/** The write of the first part's publication: of the intent, before X is called, or of X's answer. */
export const publicationOf = (postId: string, when: 'intended' | 'published'): string =>
  `Item.sk.S == 'PUBLICATION#${postId}#0' && ${when === 'published' ? '' : '!'}(Item.published.M)`;

/** Adds rules to the existing ones. @returns a function that counts how often they have struck */
export const armAws = async (proxyUrl: string, rules: readonly AwsRule[]): Promise<Struck> => {
  const send = async (method: string, body?: unknown) => {
    const answer = await fetch(`${proxyUrl}/_microburst/rules`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`The proxy refused the rules: ${answer.status} ${await answer.text()}`);
    return Armed.parse(await answer.json());
  };
  const ids = (await send('PATCH', rules)).map(({ id }) => id);
  return async () => {
    const armed = (await send('GET')).filter(({ id }) => ids.includes(id));
    return armed.reduce((sum, { fired_count }) => sum + fired_count, 0);
  };
};
