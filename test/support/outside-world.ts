import { randomUUID } from 'node:crypto';
import type { Answer } from '#infra/local/outside-world/answer.ts';
import type { Arrival } from '#infra/local/outside-world/server.ts';

/** What a test says of an answer; the rest is a plain 200. */
export type ToldAnswer = Partial<Answer>;

/** A request that arrived, with its body as bytes. */
export type ArrivedRequest = Omit<Arrival, 'body'> & { body: Buffer };

/** A server of somebody else: a path of the outside world that no other test uses. */
export interface OtherServer {
  url: string;
  /** Tells how the next requests are answered; the last answer stands for all that come after it. */
  answers(...answers: readonly ToldAnswer[]): Promise<void>;
  /** What has arrived so far, the oldest first. */
  requests(): Promise<ArrivedRequest[]>;
}

/** A server of somebody else in the outside world of a stage. */
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
