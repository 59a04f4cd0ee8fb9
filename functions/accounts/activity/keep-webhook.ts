import { dayMs } from '#shared/time.ts';
import type { Deps } from '../deps.ts';
import type { WebhookState } from '../domain/activity.ts';
import { XError } from '../domain/x-failure.ts';
import type { XWebhook } from '../x/activity-port.ts';
import { activityApp, type XActivityApp } from './app.ts';
import { appCall } from './app-call.ts';

/** X keeps undelivered events for a day. In milliseconds. */
const furthestReplayMs = dayMs;

/**
 * `off`: the stage has no webhook; `valid`: X delivers to it; `invalid`: X does not, which triggers an alarm;
 * `postponed`: X cannot be asked now.
 */
export type WebhookOutcome = { outcome: 'off' | 'invalid' | 'postponed' } | { outcome: 'valid'; webhookId: string };

/**
 * Keeps the webhook registered and valid at X. After an outage X is asked to redeliver the events of the gap; those
 * that did arrive are recognised as repeats.
 */
export const keepWebhook = async (deps: Deps): Promise<WebhookOutcome> => {
  const app = await activityApp(deps);
  if (!app) return { outcome: 'off' };
  try {
    const webhook = await validWebhook(deps, app);
    if (!webhook) {
      deps.count('XWebhookInvalid');
      return { outcome: 'invalid' };
    }
    await catchUp(deps, app, webhook.id);
    return { outcome: 'valid', webhookId: webhook.id };
  } catch (error) {
    if (!(error instanceof XError)) throw error;
    deps.log.warn('X was not asked about its webhook', { failure: error.failure.kind });
    return { outcome: 'postponed' };
  }
};

const ofStage = async (deps: Deps, { bearer, webhookUrl }: XActivityApp): Promise<XWebhook | undefined> =>
  (await appCall(deps, 'webhooks', () => deps.xActivity.webhooks(bearer))).find(({ url }) => url === webhookUrl);

/** Returns the webhook once X delivers to it; undefined when it fails X's check. */
const validWebhook = async (deps: Deps, app: XActivityApp): Promise<XWebhook | undefined> => {
  const found = await ofStage(deps, app);
  if (found?.isValid === true) return found;
  // Recorded before the repair, so that the gap is known whatever happens next.
  await noteGap(deps);
  try {
    if (!found) return await appCall(deps, 'webhooks', () => deps.xActivity.createWebhook(app.bearer, app.webhookUrl));
    await appCall(deps, 'webhooks', () => deps.xActivity.checkWebhook(app.bearer, found.id));
  } catch (error) {
    if (error instanceof XError && error.failure.kind === 'invalid') return undefined;
    throw error;
  }
  const checked = await ofStage(deps, app);
  return checked?.isValid === true ? checked : undefined;
};

const noteGap = async ({ activities }: Deps): Promise<void> => {
  const known = await activities.webhook();
  if (known?.missedSince === null) await activities.keepWebhook({ ...known, missedSince: known.validAt });
};

/**
 * Has X redeliver missed events. If X refuses, the gap stays recorded for the next run, and nothing else waits for it.
 */
const catchUp = async (deps: Deps, app: XActivityApp, webhookId: string): Promise<void> => {
  const validAt = deps.now().toISOString();
  const missedSince = (await deps.activities.webhook())?.missedSince ?? null;
  const isCaughtUp = missedSince === null || (await isReplayed(deps, app, { webhookId, missedSince }));
  const state: WebhookState = { webhookId, validAt, missedSince: isCaughtUp ? null : missedSince };
  await deps.activities.keepWebhook(state);
};

const isReplayed = async (
  deps: Deps,
  { bearer }: XActivityApp,
  { webhookId, missedSince }: { webhookId: string; missedSince: string },
): Promise<boolean> => {
  const to = deps.now();
  const from = new Date(Math.max(Date.parse(missedSince), to.getTime() - furthestReplayMs));
  try {
    await appCall(deps, 'replay', () => deps.xActivity.replay(bearer, { webhookId, from, to }));
    return true;
  } catch (error) {
    if (!(error instanceof XError)) throw error;
    deps.log.warn('X does not repeat what it could not deliver', { failure: error.failure.kind, missedSince });
    return false;
  }
};
