import { randomUUID } from 'node:crypto';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { inject } from 'vitest';
import * as z from 'zod';
import { check } from '#infra/local/campaigns.ts';
import { REGION, ROOT_CREDENTIALS } from '#infra/local/deploy.ts';
import { eventually, Marketer, newXUser, type PostOnX, postsOnX } from '#infra/local/marketer.ts';
import { soon } from '#infra/local/slowness.ts';
import type { FaultRule } from '#infra/local/x-sandbox/faults.ts';

export type XRule = Omit<z.input<typeof FaultRule>, 'username'>;

const Post = z.object({
  id: z.string(),
  status: z.string(),
  problem: z.object({ code: z.string(), reason: z.string() }).nullable(),
  publication: z.object({ attempts: z.int(), parts: z.array(z.object({ xPostId: z.string() })) }).nullable(),
});
export type Post = z.infer<typeof Post>;
const Rules = z.object({ rules: z.array(z.object({ id: z.string(), fired: z.int() })) });
const Requests = z.object({ requests: z.array(z.object({ fault: z.string().optional() })) });
const Me = z.object({ workspace: z.object({ id: z.string() }) });
const Campaign = z.object({
  id: z.string(),
  status: z.string(),
  launch: z.object({ failure: z.object({ code: z.string() }).nullable() }).nullable(),
});
const Stored = z.object({ nextAttemptAt: z.string().nullable(), status: z.string() });

/** How often a fault has struck: a fault that never did proves nothing. */
export type Struck = () => Promise<number>;

/** A connected X account. */
export interface Account {
  id: string;
  username: string;
}

/** Client settings for the emulator itself, bypassing the proxy. */
export const awsDirectly = () => ({
  endpoint: inject('stage').awsEndpointUrl,
  region: REGION,
  credentials: ROOT_CREDENTIALS,
});

/** A marketer in a workspace of her own on the faulty stage, and what the tests do through her. */
export class Lab {
  readonly stage = inject('stage');
  readonly maya = new Marketer(this.stage);
  workspaceId = '';
  readonly #documents = DynamoDBDocumentClient.from(new DynamoDBClient(awsDirectly()));
  readonly #faults = new Map<string, string[]>();
  #tables: string[] = [];
  /** Versions of launch reports, by campaign. */
  readonly #reports = new Map<string, string>();

  static async open(): Promise<Lab> {
    const lab = new Lab();
    // X refuses duplicate text but does not promise to: no test here may rely on it.
    await lab.control('PATCH', 'settings', { duplicateWindowMs: 0 });
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
    return (await this.insist(Post, '/v1/posts', body)).id;
  }

  async publish(postId: string): Promise<void> {
    await this.insist(Post, `/v1/posts/${postId}/publish`);
  }

  async schedule(postId: string, publishAt: string): Promise<void> {
    await this.insist(Post, `/v1/posts/${postId}/schedule`, { publishAt });
  }

  /** A checked draft campaign with one post, due in 15 s. */
  async draftCampaign(postId: string): Promise<string> {
    const posts = [{ postId, publishAt: soon(15_000) }];
    const draft = { name: `Campaign of ${postId}`, timeZone: 'Europe/Berlin', posts };
    const { id } = await this.insist(Campaign, '/v1/campaigns', draft);
    const { report } = await check(this.maya, { id });
    if (!report.canLaunch) throw new Error(`The campaign ${id} cannot be launched`);
    this.#reports.set(id, report.version);
    return id;
  }

  /** Launches a checked campaign, again whenever a fault makes the launch fail, until it runs. */
  async launch(campaignId: string): Promise<void> {
    const path = `/v1/campaigns/${campaignId}`;
    await eventually(
      'a launched campaign',
      async () => {
        const { status, launch } = await this.readCampaign(campaignId);
        if (status === 'running' || status === 'completed') return true;
        if (status === 'launching') return undefined;
        if (launch?.failure && launch.failure.code !== 'launch_failed') throw new Error(launch.failure.code);
        const answer = await this.maya.call('POST', `${path}/launch`, { reportVersion: this.#reports.get(campaignId) });
        // The fault may have lost only the answer: then the campaign is being launched.
        if (answer.status < 300 || answer.status >= 500 || answer.status === 409) return undefined;
        throw new Error(`The launch answered ${answer.status}: ${JSON.stringify(answer.body)}`);
      },
      { withinMs: 150_000, everyMs: 500 },
    );
  }

  /** Reads the campaign, again while a fault prevents it. */
  async readCampaign(campaignId: string): Promise<z.infer<typeof Campaign>> {
    return eventually(`the campaign ${campaignId}`, async () => {
      const { status, body } = await this.maya.call('GET', `/v1/campaigns/${campaignId}`);
      return status < 300 ? Campaign.parse(body) : undefined;
    });
  }

  /**
   * Retries as a client does: on a fault, and on a 404 while faults of other scenarios delay the events about what the
   * request refers to.
   */
  async insist<Schema extends z.ZodType>(schema: Schema, path: string, body?: unknown): Promise<z.infer<Schema>> {
    return eventually(`an answer of ${path}`, async () => {
      const answer = await this.maya.call('POST', path, body);
      if (answer.status === 404 || answer.status >= 500) return undefined;
      if (answer.status >= 400) throw new Error(`${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
      return schema.parse(answer.body);
    });
  }

  /** Waits until the campaign has no post left to publish. */
  async completed(campaignId: string): Promise<void> {
    await eventually(
      `the completion of ${campaignId}`,
      async () => {
        const { status } = await this.readCampaign(campaignId);
        return status === 'completed' ? true : undefined;
      },
      { withinMs: 60_000, everyMs: 1_000 },
    );
  }

  async read(postId: string): Promise<Post> {
    return this.maya.do(Post, 'GET', `/v1/posts/${postId}`);
  }

  /** Waits until the post is published or has stopped short of it. */
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

  /** Waits until an execution has postponed the post. @returns in how many seconds it is tried again */
  async putOff(postId: string): Promise<number> {
    return eventually(`${postId} put off`, async () => {
      const { status, nextAttemptAt } = await this.stored(postId);
      const inSeconds = (Date.parse(nextAttemptAt ?? '') - Date.now()) / 1000;
      return status === 'scheduled' && inSeconds > 20 ? inSeconds : undefined;
    });
  }

  /** The post as stored, including what the API does not show. */
  async stored(postId: string): Promise<z.infer<typeof Stored>> {
    const TableName = this.#tables.find((name) => name.includes('xmp-local-posts'));
    const key = { pk: this.workspaceId, sk: `POST#${postId}` };
    return Stored.parse((await this.#documents.send(new GetCommand({ TableName, Key: key }))).Item);
  }

  /**
   * Copies posts as stored now. What it returns restores them, as from a backup, and deletes what accounts recorded of
   * their publication.
   */
  async backUp(postIds: readonly string[]): Promise<() => Promise<void>> {
    const [posts, accounts] = ['posts', 'accounts'].map((context) =>
      this.#tables.find((name) => name.includes(`xmp-local-${context}`)),
    );
    const pk = this.workspaceId;
    const kept = await Promise.all(
      postIds.map((id) => this.#documents.send(new GetCommand({ TableName: posts, Key: { pk, sk: `POST#${id}` } }))),
    );
    return async () => {
      const { Items = [] } = await this.#documents.send(
        new QueryCommand({
          TableName: accounts,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :publications)',
          ExpressionAttributeValues: { ':pk': pk, ':publications': 'PUBLICATION#' },
        }),
      );
      const known = Items.filter(({ postId }) => postIds.includes(String(postId)));
      for (const { sk } of known) {
        await this.#documents.send(new DeleteCommand({ TableName: accounts, Key: { pk, sk: String(sk) } }));
      }
      for (const { Item } of kept) await this.#documents.send(new PutCommand({ TableName: posts, Item }));
    };
  }

  async standing(account: Account): Promise<PostOnX[]> {
    return postsOnX(this.stage, account.username);
  }

  /** Scripts faults of X for one account. @returns a function that counts how often they have struck */
  async armX(account: Account, rules: readonly XRule[]): Promise<Struck> {
    const ids = rules.map((): string => randomUUID());
    this.#faults.set(account.id, [...(this.#faults.get(account.id) ?? []), ...ids]);
    await this.control(
      'POST',
      'faults',
      rules.map((rule, place) => ({ ...rule, username: account.username, id: ids[place] })),
    );
    return async () => {
      const armed = Rules.parse(await this.control('GET', 'faults')).rules.filter(({ id }) => ids.includes(id));
      return armed.reduce((sum, { fired }) => sum + fired, 0);
    };
  }

  /** Removes the faults of X for one account. */
  async liftX(account: Account): Promise<void> {
    for (const id of this.#faults.get(account.id) ?? []) await this.control('DELETE', `faults/${id}`);
  }

  /** Waits until X has finished every call that met a fault: one that it still holds may yet create a post. */
  async quietX(): Promise<void> {
    await eventually('the end of every call at X', async () => {
      const struck = Rules.parse(await this.control('GET', 'faults')).rules.reduce((sum, { fired }) => sum + fired, 0);
      const { requests } = Requests.parse(await this.control('GET', 'requests'));
      return requests.filter(({ fault }) => fault !== undefined).length >= struck || undefined;
    });
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

/** Runs the work for each item, at most `lanes` at once, and waits for all of it. */
export const inLanes = async <T>(
  lanes: number,
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> => {
  const rest = [...items];
  const lane = async (): Promise<void> => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
};
