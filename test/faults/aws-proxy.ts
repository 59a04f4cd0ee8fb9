import * as z from 'zod';
import type { Struck } from './lab.ts';

/** A rule of microburst: the first that fits a request strikes, `times` times. */
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
  /** Holds the request that long before it is forwarded, in milliseconds. */
  latency?: number;
  /** Holds the request that long, then closes the connection; nothing is forwarded. In milliseconds. */
  timeout_ms?: number;
  /** The request is carried out; its answer is cut off in the middle. */
  response?: { abort_bytes: number };
}

const Armed = z.array(z.object({ id: z.int(), fired_count: z.int() }));

/** Requests that some function makes: it names itself in the user agent (AWS_SDK_UA_APP_ID). */
export const by = (context: string): Pick<AwsRule, 'headers'> => ({
  headers: { 'user-agent': `app/xmp-local-${context}` },
});

/** Requests that name this anywhere in their body: an id of ours, a kind of key. */
export const about = (...words: readonly string[]): Pick<AwsRule, 'body'> => ({
  body: words.map((word) => `contains(to_string(@), '${word}')`).join(' && '),
});

/** The write of the first part's publication: of the intent, before X is called, or of what X answered. */
export const publicationOf = (postId: string, when: 'intended' | 'published'): string =>
  `Item.sk.S == 'PUBLICATION#${postId}#0' && ${when === 'published' ? '' : '!'}(Item.published.M)`;

/** Adds rules to those that are there. @returns counts how often they have struck */
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
