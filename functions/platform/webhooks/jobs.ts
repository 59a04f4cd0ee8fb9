import * as z from 'zod';
import { WebhookDeliveryRequested } from '#events/platform.ts';
import type { JobOutcome } from '#shared/lambda/jobs.ts';
import type { WebhookDeps } from '../deps.ts';
import { deliver } from './deliver.ts';

/** What EventBridge puts into the queue of deliveries. */
const Requested = z.object({ detail: WebhookDeliveryRequested.detail });

/** A delivery that is due. */
export const deliveryJob =
  (deps: WebhookDeps) =>
  async (body: unknown): Promise<JobOutcome> =>
    deliver(deps, Requested.parse(body).detail);
