import type { Author } from '#shared/actor.ts';
import { firstVersion, nextVersion } from '#shared/entities.ts';
import type { New } from '#shared/entity.ts';
import { isNew, type Key, type Table } from '#shared/table.ts';
import { timeToLive } from '#shared/time.ts';
import { type Activity, heardSeconds, keptSeconds, WebhookState } from '../domain/activity.ts';

/** Stores the activity that X reports, and the state of the webhook. */
export interface ActivityStore {
  /** Records an activity, with a mark for its delivery; false when that delivery was recorded before. */
  record(eventUuid: string, activity: New<Activity>, author: Author): Promise<boolean>;
  /** Returns the last known state of the webhook; undefined: none was ever registered. */
  webhook(): Promise<WebhookState | undefined>;
  keepWebhook(state: WebhookState): Promise<void>;
}

type Place = Pick<Activity, 'workspaceId' | 'accountId' | 'xPostId' | 'kind'>;

const activityKey = ({ workspaceId, accountId, xPostId, kind }: Place): Key => ({
  pk: workspaceId,
  sk: `ACTIVITY#${accountId}#${xPostId}#${kind}`,
});

const webhookKey: Key = { pk: 'APP#X', sk: 'WEBHOOK' };

export const activityStore = (table: Table): ActivityStore => ({
  async record(eventUuid, activity, author) {
    const now = table.now();
    const { workspaceId } = activity;
    const mark = { pk: workspaceId, sk: `HEARD#${eventUuid}`, type: 'heard', ttl: timeToLive(now, heardSeconds) };
    const first = nextVersion(firstVersion(activity, now, author), now, author);
    const ttl = timeToLive(now, keptSeconds);
    return table.transact([
      { put: mark, condition: isNew },
      { put: { ...first, ...activityKey(activity), type: 'activity', ttl } },
    ]);
  },
  async webhook() {
    const item = await table.get(webhookKey);
    return item && WebhookState.parse(item);
  },
  async keepWebhook(state) {
    await table.put({ ...state, ...webhookKey, type: 'x_webhook' });
  },
});
