import * as z from 'zod';
import { json, Refusal } from './http.ts';
import { jsonBody, type Operation, param, userOf } from './operation.ts';
import { notFoundReply, notPermitted, refuseInvalid, unsupportedAuthentication } from './problems.ts';
import type { Subscription } from './state.ts';
import { requireWebhook } from './webhooks.ts';
import { nextId, type World } from './world.ts';

/*
 * Subscriptions of the Activity API (docs.x.com, "X Activity API"). The app may subscribe to public events; what others
 * do with a user's posts requires that user's consent.
 */

const PUBLIC = ['post.create', 'post.delete'];
const PRIVATE = ['post.mention.create', 'post.reply.create', 'post.quote.create', 'post.repost.create'];
const OF_APP = 'oauth.revoke';

const NewSubscription = z.strictObject({
  event_type: z.string(),
  filter: z.strictObject({ user_id: z.string().optional() }),
  tag: z.string().max(200).optional(),
  webhook_id: z.string().optional(),
});

const shown = ({ id, eventType, userId, webhookId, tag, createdAt }: Subscription) => ({
  subscription_id: id,
  event_type: eventType,
  filter: userId === undefined ? {} : { user_id: userId },
  ...(tag !== undefined && { tag }),
  ...(webhookId !== undefined && { webhook_id: webhookId }),
  created_at: new Date(createdAt).toISOString(),
  updated_at: new Date(createdAt).toISOString(),
});

const all = (world: World): Subscription[] => Object.values(world.state.subscriptions);

export const createActivitySubscription: Operation = {
  id: 'createActivitySubscription',
  method: 'POST',
  path: '/2/activity/subscriptions',
  auth: 'user or app',
  scopes: ['tweet.read'],
  async handle(world, call) {
    const { event_type: eventType, filter, tag, webhook_id: webhookId } = jsonBody(call, NewSubscription);
    const userId = filter.user_id;
    if (![...PUBLIC, ...PRIVATE, OF_APP].includes(eventType)) refuseInvalid(`Unknown event_type [${eventType}]`);
    if ((eventType === OF_APP) !== (userId === undefined)) refuseInvalid('The filter does not fit the event_type.');
    if (PRIVATE.includes(eventType)) {
      if (userOf(call).id !== userId) throw new Refusal(notPermitted());
    } else if (call.caller.kind !== 'app') throw new Refusal(unsupportedAuthentication());
    if (webhookId !== undefined) requireWebhook(world, webhookId);
    const isKnown = all(world).some(
      (each) => each.eventType === eventType && each.userId === userId && each.webhookId === webhookId,
    );
    if (isKnown) refuseInvalid('There is already such a subscription.');
    if (all(world).length >= world.state.settings.maxSubscriptions) {
      throw new Refusal(
        json(403, { title: 'SubscriptionLimitExceeded', status: 403, detail: 'Too many subscriptions.' }),
      );
    }
    const subscription: Subscription = {
      id: nextId(world),
      eventType,
      createdAt: world.now(),
      ...(userId !== undefined && { userId }),
      ...(webhookId !== undefined && { webhookId }),
      ...(tag !== undefined && { tag }),
    };
    world.state.subscriptions[subscription.id] = subscription;
    const meta = { total_subscriptions: all(world).length };
    return { status: 200, body: { data: [shown(subscription)], meta } };
  },
};

export const getActivitySubscriptions: Operation = {
  id: 'getActivitySubscriptions',
  method: 'GET',
  path: '/2/activity/subscriptions',
  auth: 'app',
  scopes: [],
  async handle(world) {
    const data = all(world).map(shown);
    return { status: 200, body: { data, meta: { total_subscriptions: data.length } } };
  },
};

export const deleteActivitySubscription: Operation = {
  id: 'deleteActivitySubscription',
  method: 'DELETE',
  path: '/2/activity/subscriptions/:subscription_id',
  auth: 'app',
  scopes: [],
  async handle(world, call) {
    const id = param(call, 'subscription_id');
    if (!Object.hasOwn(world.state.subscriptions, id)) throw new Refusal(notFoundReply('subscription_id', id));
    Reflect.deleteProperty(world.state.subscriptions, id);
    return { status: 200, body: { data: { deleted: true }, meta: { total_subscriptions: all(world).length } } };
  },
};

/** Whether X may report the event: private ones only while the user's consent is valid. */
export function mayTell(world: World, { eventType, userId }: Subscription): boolean {
  if (!PRIVATE.includes(eventType)) return true;
  return Object.values(world.state.grants).some((grant) => grant.userId === userId && !grant.revoked);
}
