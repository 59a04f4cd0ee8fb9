import type { Deps } from '../deps.ts';

/** What the app needs to receive activity from X. */
export interface XActivityApp {
  webhookUrl: string;
  consumerSecret: string;
  bearer: string;
}

/** Returns undefined where the stage has no webhook at X, or the app lacks the credentials for one. */
export const activityApp = async ({
  xWebhookUrl,
  xSecret,
}: Pick<Deps, 'xWebhookUrl' | 'xSecret'>): Promise<XActivityApp | undefined> => {
  if (xWebhookUrl === undefined) return undefined;
  const { consumerSecret, appBearer: bearer } = await xSecret();
  if (consumerSecret === undefined || bearer === undefined) return undefined;
  return { webhookUrl: xWebhookUrl, consumerSecret, bearer };
};
