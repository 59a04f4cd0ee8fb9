import { minuteOf, readSubscribed, readSubscriptions, readWebhook, readWebhooks } from './activity-fields.ts';
import type { XActivityApi } from './activity-port.ts';
import { callX, type FullResponse, xClient, type XEndpoint } from './client.ts';

const full = { fullResponse: true } as const;

/** Accepts any body; only the status matters. */
const anything = () => true as const;

/** Implements X's webhooks and Activity API with twitter-api-v2. */
export const xActivityOverHttp = (endpoint: XEndpoint): XActivityApi => {
  type Client = ReturnType<typeof xClient>['v2'];
  const call = async <Value>(
    token: string,
    make: (client: Client) => Promise<FullResponse>,
    read: (body: unknown) => Value | undefined,
  ) => callX(() => make(xClient(token, endpoint).v2), read);

  return {
    webhooks: (bearer) => call(bearer, (v2) => v2.get('webhooks', {}, full), readWebhooks),
    createWebhook: (bearer, url) => call(bearer, (v2) => v2.post('webhooks', { url }, full), readWebhook),
    checkWebhook: (bearer, webhookId) => call(bearer, (v2) => v2.put(`webhooks/${webhookId}`, {}, full), anything),
    replay: (bearer, { webhookId, from, to }) => {
      const asked = { webhook_id: webhookId, from_date: minuteOf(from), to_date: minuteOf(to) };
      return call(bearer, (v2) => v2.post('webhooks/replay', asked, full), anything);
    },
    subscriptions: (bearer) => call(bearer, (v2) => v2.get('activity/subscriptions', {}, full), readSubscriptions),
    subscribe: (token, { eventType, userId }, webhookId) => {
      const filter = userId === null ? {} : { user_id: userId };
      const asked = { event_type: eventType, filter, webhook_id: webhookId };
      return call(token, (v2) => v2.post('activity/subscriptions', asked, full), readSubscribed);
    },
    unsubscribe: (bearer, id) =>
      call(bearer, (v2) => v2.delete(`activity/subscriptions/${id}`, undefined, full), anything),
  };
};
