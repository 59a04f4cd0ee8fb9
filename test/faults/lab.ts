import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { inject } from 'vitest';
import * as z from 'zod';
import { REGION, ROOT_CREDENTIALS } from '../../infra/local/deploy.ts';
import { eventually, Marketer, newXUser, postsOnX, type PostOnX } from '../../infra/local/marketer.ts';
import type { FaultRule } from '../../infra/local/x-sandbox/faults.ts';

export type XRule = Omit<z.input<typeof FaultRule>, 'username'>;

const Post = z.object({
  id: z.string(),
  status: z.string(),
  problem: z.object({ code: z.string(), reason: z.string() }).nullable(),
  publication: z.object({ attempts: z.int(), parts: z.array(z.object({ xPostId: z.string() })) }).nullable(),
});
export type Post = z.infer<typeof Post>;
const Me = z.object({ workspace: z.object({ id: z.string() }) });
const Stored = z.object({ nextAttemptAt: z.string().nullable(), status: z.string() });

/** An account on X, connected here. */
export interface Account {
  id: string;
  username: string;
}

/** Client settings for the emulator itself, past the proxy. */
export const awsDirectly = () => ({
  endpoint: inject('stage').awsEndpointUrl,
  region: REGION,
  credentials: ROOT_CREDENTIALS,
});

/** A marketer in a workspace of her own on the faulty stage, and what the tests do with her. */
export class Lab {
  readonly stage = inject('stage');
  readonly maya = new Marketer(this.stage);
  workspaceId = '';
  readonly #documents = DynamoDBDocumentClient.from(new DynamoDBClient(awsDirectly()));
  #tables: string[] = [];

  static async open(): Promise<Lab> {
    const lab = new Lab();
    await lab.maya.join();
    lab.workspaceId = (await lab.maya.do(Me, 'GET', '/v1/me')).workspace.id;
    lab.#tables = (await lab.#documents.send(new ListTablesCommand())).TableNames ?? [];
    return lab;
  }

  async newAccount(): Promise<Account> {
    const username = await newXUser(this.stage);
    return { username, id: await this.maya.connect(username) };
  }

  async write(account: Account, texts: readonly string[]): Promise<string> {
    const body = { accountId: account.id, parts: texts.map((text) => ({ text })) };
    return (await this.maya.do(Post, 'POST', '/v1/posts', body)).id;
  }

  async publish(postId: string): Promise<void> {
    await this.maya.do(Post, 'POST', `/v1/posts/${postId}/publish`);
  }

  async read(postId: string): Promise<Post> {
    return this.maya.do(Post, 'GET', `/v1/posts/${postId}`);
  }

  /** Waits until the post is out, or is neither out nor on its way any more. */
  async ended(postId: string, withinMs = 150_000): Promise<Post> {
    let seen: Post | undefined;
    try {
      return await eventually(
        `the end of ${postId}`,
        async () => {
          seen = await this.read(postId);
          return ['published', 'failed', 'held', 'cancelled'].includes(seen.status) ? seen : undefined;
        },
        { withinMs, everyMs: 1_000 },
      );
    } catch (error) {
      throw new Error(`It is still ${JSON.stringify(seen)}`, { cause: error });
    }
  }

  /** Waits until an execution has put the post off to a later time. @returns in how many seconds it is tried again */
  async putOff(postId: string): Promise<number> {
    return eventually(`${postId} put off`, async () => {
      const { status, nextAttemptAt } = await this.stored(postId);
      const inSeconds = (Date.parse(nextAttemptAt ?? '') - Date.now()) / 1000;
      return status === 'scheduled' && inSeconds > 20 ? inSeconds : undefined;
    });
  }

  /** The post as the table has it, with what the API does not show. */
  async stored(postId: string): Promise<z.infer<typeof Stored>> {
    const TableName = this.#tables.find((name) => name.includes('xmp-local-posts'));
    const key = { pk: this.workspaceId, sk: `POST#${postId}` };
    return Stored.parse((await this.#documents.send(new GetCommand({ TableName, Key: key }))).Item);
  }

  async standing(account: Account): Promise<PostOnX[]> {
    return postsOnX(this.stage, account.username);
  }

  /** Scripts faults of X for one account. */
  async armX(account: Account, rules: readonly XRule[]): Promise<void> {
    if (rules.length === 0) return;
    await this.control('POST', 'faults', rules.map((rule) => ({ ...rule, username: account.username })));
  }

  /** The control API of the X sandbox. */
  async control(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${this.stage.xSandboxUrl}/_sandbox/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }
}

/** Runs the work for each item, so many at once, and waits for all of it. */
export const inLanes = async <T>(lanes: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> => {
  const rest = [...items];
  const lane = async (): Promise<void> => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
};

