import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { mayTell } from './activity.ts';
import { bill } from './billing.ts';
import type { ActivityEvent, Post, Webhook } from './state.ts';
import { signatureOf, WEBHOOK_TIMEOUT_MS } from './webhooks.ts';
import { type Delivered, type DeliveryFaults as Faults, type Messenger, utcDay, type World } from './world.ts';

/** Faults of deliveries, for tests. */
export const DeliveryFaults = z.strictObject({
  /** How often to send each delivery even though it was accepted. */
  times: z.int().min(1).max(10).default(1),
  /** With an invalid signature. */
  isForged: z.boolean().default(false),
  /** Not delivered, but included in a replay. */
  isLost: z.boolean().default(false),
});
const NO_FAULTS: Faults = { times: 1, isForged: false, isLost: false };

/** Delays after failed attempts, shorter than X's, which are undocumented. */
const RETRY_MS = [200, 1_000, 5_000];

/** Maximum number of events that a replay can include. */
const KEPT_EVENTS = 1_000;

/** Delivers what happens on X to the webhooks, after the request that caused it was answered. */
export class Deliveries implements Messenger {
  faults: Faults = NO_FAULTS;
  readonly list: Delivered[] = [];
  readonly #stop = new AbortController();
  readonly #underWay = new Set<Promise<void>>();

  /** Publishes an event of a user or the app. */
  tell(world: World, eventType: string, userId: string, payload: Record<string, unknown>): void {
    // X's event ids can be negative.
    const uuid = randomBytes(8).readBigInt64BE().toString();
    const event: ActivityEvent = { uuid, at: world.now(), eventType, userId, payload };
    world.state.activity = [...world.state.activity, event].slice(-KEPT_EVENTS);
    const { isLost } = this.faults;
    for (const webhook of Object.values(world.state.webhooks)) {
      if (webhook.valid && !isLost) this.#send(world, webhook, event);
    }
  }

  /** Redelivers the events of a period, whether they had arrived or not. */
  replay(world: World, webhook: Webhook, from: number, to: number): void {
    for (const event of world.state.activity) {
      if (event.at >= from && event.at < to) this.#send(world, webhook, event);
    }
  }

  /** Forgets all deliveries and faults. */
  clear(): void {
    this.faults = NO_FAULTS;
    this.list.length = 0;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.allSettled(this.#underWay);
  }

  #send(world: World, webhook: Webhook, event: ActivityEvent): void {
    const { faults } = this;
    for (const subscription of Object.values(world.state.subscriptions)) {
      const isMeant =
        subscription.webhookId === webhook.id &&
        subscription.eventType === event.eventType &&
        (subscription.userId === undefined || subscription.userId === event.userId);
      if (!isMeant || !mayTell(world, subscription)) continue;
      const { uuid, eventType, payload } = event;
      const filter = subscription.userId === undefined ? {} : { user_id: subscription.userId };
      const { tag } = subscription;
      const data = { event_uuid: uuid, filter, event_type: eventType, ...(tag !== undefined && { tag }), payload };
      const delivered: Delivered = { eventUuid: uuid, eventType, answers: [] };
      this.list.push(delivered);
      const sending = this.#deliver(world, webhook.url, JSON.stringify({ data }), delivered, faults);
      this.#underWay.add(sending);
      void sending.finally(() => this.#underWay.delete(sending));
      if (eventType !== 'oauth.revoke') billEvent(world, subscription.userId, uuid);
    }
  }

  async #deliver(world: World, url: string, body: string, delivered: Delivered, faults: Faults): Promise<void> {
    const signature = faults.isForged ? 'sha256=Zm9yZ2Vk' : signatureOf(world, body);
    for (let time = 0; time < faults.times; time += 1) {
      for (const waitMs of [...RETRY_MS, 0]) {
        const status = await this.#post(url, body, signature);
        delivered.answers.push(status);
        if (status === 200 || this.#stop.signal.aborted) break;
        await sleep(waitMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
      }
    }
  }

  async #post(url: string, body: string, signature: string): Promise<number | null> {
    try {
      const answer = await fetch(url, {
        method: 'POST',
        body,
        redirect: 'manual',
        headers: { 'content-type': 'application/json', 'x-twitter-webhooks-signature': signature },
        signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(WEBHOOK_TIMEOUT_MS)]),
      });
      await answer.arrayBuffer();
      return answer.status;
    } catch {
      return null;
    }
  }
}

const shown = (post: Post) => ({
  id: post.id,
  author_id: post.authorId,
  conversation_id: post.conversationId,
  text: post.text,
  created_at: new Date(post.createdAt).toISOString(),
});

/** Publishes the events of a new post: mentions, replies, quotes, reposts. */
export function tellOfPost(world: World, post: Post): void {
  const { posts } = world.state;
  const mentioned = new Set(post.entities.mentions.flatMap(({ id }) => id ?? []));
  const about = [
    { eventType: 'post.reply.create', type: 'replied_to', original: posts[post.replyTo ?? ''] },
    { eventType: 'post.quote.create', type: 'quoted', original: posts[post.quoted ?? ''] },
    { eventType: 'post.repost.create', type: 'reposted', original: posts[post.repostOf ?? ''] },
  ];
  const referenced_posts = about.flatMap(({ type, original }) => (original ? [{ type, id: original.id }] : []));
  const payload = { ...shown(post), ...(referenced_posts.length > 0 && { referenced_posts }) };
  for (const userId of mentioned) {
    if (userId !== post.authorId && post.repostOf === undefined) {
      world.deliveries.tell(world, 'post.mention.create', userId, payload);
    }
  }
  for (const { eventType, original } of about) {
    if (original && original.authorId !== post.authorId) {
      world.deliveries.tell(world, eventType, original.authorId, payload);
    }
  }
}

/** Publishes the event of a deleted post. */
export function tellOfDeletion(world: World, post: Post): void {
  if (post.repostOf !== undefined) return;
  world.deliveries.tell(world, 'post.delete', post.authorId, { id: post.id, author_id: post.authorId });
}

/** Publishes the event of a revoked consent. */
export function tellOfRevocation(world: World, userId: string): void {
  const date_time = new Date(world.now()).toISOString();
  const app_id = String(world.state.settings.accountId);
  world.deliveries.tell(world, 'oauth.revoke', userId, { date_time, user_id: userId, app_id });
}

/** Bills an event to the user it concerns, once a UTC day however often it is delivered. */
function billEvent(world: World, userId: string | undefined, uuid: string): void {
  const user = userId === undefined ? undefined : world.state.users[userId];
  const resource = `event ${uuid} ${utcDay(world.now())}`;
  bill(world, user ? { kind: 'user', user, scopes: [] } : { kind: 'app' }, [{ kind: 'postRead', resource }]);
}
