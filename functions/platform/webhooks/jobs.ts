import * as z from 'zod';
import { WebhookDeliveryRequested } from '#events/platform.ts';
import type { JobOutcome } from '#shared/lambda/jobs.ts';
import type { WebhookDeps } from '../deps.ts';
import { deliver } from './deliver.ts';

/** Message that EventBridge puts into the delivery queue. */
const Requested = z.object({ detail: WebhookDeliveryRequested.detail });

/** Processes a due delivery. */
export const deliveryJob =
  (deps: WebhookDeps) =>
  async (body: unknown): Promise<JobOutcome> =>
    deliver(deps, Requested.parse(body).detail);
