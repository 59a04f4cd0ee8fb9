import { randomUUID } from 'node:crypto';
import type { Answer } from '#infra/local/outside-world/answer.ts';
import type { Arrival } from '#infra/local/outside-world/server.ts';

/** An answer as a test specifies it; the defaults make a plain 200. */
export type ToldAnswer = Partial<Answer>;

/** A request that arrived, with its body as bytes. */
export type ArrivedRequest = Omit<Arrival, 'body'> & { body: Buffer };

/** An external server: a path of the outside world that no other test uses. */
export interface OtherServer {
  url: string;
  /** Sets the answers to the next requests; the last one is repeated. */
  answers(...answers: readonly ToldAnswer[]): Promise<void>;
  /** The requests so far, oldest first. */
  requests(): Promise<ArrivedRequest[]>;
}

/** An external server in the outside world of a stage. */
export const otherServer = ({ outsideWorldUrl }: { outsideWorldUrl: string }, name = 'server'): OtherServer => {
  const path = `/${name}/${randomUUID()}`;
  const control = async (method: string, what: string, body?: unknown): Promise<unknown> => {
    const init = { method, ...(body !== undefined && { body: JSON.stringify(body) }) };
    const answer = await fetch(`${outsideWorldUrl}/_world/${what}`, init);
    if (!answer.ok) throw new Error(`The outside world answered ${answer.status}: ${await answer.text()}`);
    return answer.json();
  };
  return {
    url: outsideWorldUrl + path,
    async answers(...answers) {
      await control('PUT', 'script', { path, answers });
    },
    async requests() {
      const { requests } = (await control('GET', `requests?path=${path}`)) as { requests: Arrival[] };
      return requests.map((each) => ({ ...each, body: Buffer.from(each.body, 'base64') }));
    },
  };
};
