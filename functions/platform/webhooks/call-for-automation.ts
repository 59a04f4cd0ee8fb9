import {
  type AutomationOrder,
  type CallWebhookStep,
  isTooLate,
  mayHaveDone,
  notPermittedStep,
  refusedStep,
  type StepOutcome,
} from '#events/automation-steps.ts';
import { derivedId } from '#shared/ids.ts';
import type { NotAnswered, Outcome } from '#shared/outbound/outcome.ts';
import type { WebhookDeps } from '../deps.ts';
import { isSuccess } from '../domain/delivery-retries.ts';
import type { Webhook } from '../domain/webhook.ts';
import { maxPayloadBytes } from '../domain/webhook-payload.ts';
import { sendSigned } from './send-signed.ts';

/** Longest wait for a response. */
const maxWaitMs = 15_000;

type Needed = Pick<WebhookDeps, 'webhooks' | 'stops' | 'sealingKey' | 'send' | 'log' | 'now'>;

/**
 * Calls a webhook for an automation: one signed attempt, with the same `webhook-id` if the step is retried. The request
 * times out when the order expires.
 */
export const callForAutomation = async (
  deps: Needed,
  order: AutomationOrder,
  step: CallWebhookStep,
): Promise<StepOutcome> => {
  const { workspaceId, triggeredAt, runId } = order;
  if (!mayHaveDone(order.by.role, 'call_webhook')) return notPermittedStep;
  const webhook = await deps.webhooks.find(workspaceId, step.webhookId);
  const obstacle = await obstacleTo(deps, workspaceId, webhook);
  if (!webhook || obstacle) return obstacle ?? missing;
  const now = deps.now();
  if (isTooLate(order, now)) return { outcome: 'too_late' };
  const payload = payloadOf(order, step);
  if (Buffer.byteLength(payload) > maxPayloadBytes) {
    return refusedStep(
      'payload_too_large',
      `The request would be larger than ${maxPayloadBytes} bytes. Send fewer or shorter values.`,
    );
  }
  const id = derivedId('dlv', triggeredAt, `${runId}/${order.step}`);
  const timeoutMs = Math.min(maxWaitMs, Date.parse(order.notAfter) - now.getTime());
  const outcome = await sendSigned(deps, webhook, { id, payload }, now, timeoutMs);
  const { milliseconds } = outcome;
  deps.log.info('webhook call', { webhookId: webhook.id, runId, outcome: outcome.outcome, milliseconds });
  return said(outcome);
};

const missing = refusedStep('webhook_not_found', 'The webhook no longer exists. Choose another one.');

const obstacleTo = async (
  { stops }: Pick<WebhookDeps, 'stops'>,
  workspaceId: string,
  webhook: Webhook | undefined,
): Promise<StepOutcome | undefined> => {
  if (!webhook) return missing;
  if (webhook.status === 'disabled')
    return refusedStep('webhook_disabled', 'The webhook is disabled. Enable it first.');
  if (!(await stops.isStopped(workspaceId))) return undefined;
  return refusedStep('publishing_stopped', 'Publishing is stopped in the workspace. Resume it first.');
};

/** Returns the body of the call (Standard Webhooks: type, timestamp, data); byte-identical if the step is retried. */
const payloadOf = (
  { workspaceId, automationId, runId, step: stepName, triggeredAt }: AutomationOrder,
  { automationName, values }: CallWebhookStep,
): string =>
  JSON.stringify({
    type: 'automation.call',
    timestamp: triggeredAt,
    data: { workspaceId, automationId, automationName, runId, step: stepName, values },
  });

/** Why there is no response; emailed to owners. */
const words: Readonly<Record<NotAnswered['outcome'], string>> = {
  timed_out: 'The webhook did not respond in time.',
  unreachable: 'The webhook could not be reached.',
  tls_failed: 'No secure connection to the webhook could be established. Check its certificate.',
  too_large: "The webhook's response was too large.",
  not_http: "The webhook's response was not valid HTTP.",
  refused_address: "The platform does not connect to the webhook's address: it is not public.",
};

const said = (outcome: Outcome): StepOutcome => {
  if (outcome.outcome !== 'answered') {
    return refusedStep('webhook_unanswered', words[outcome.outcome]);
  }
  const { status } = outcome;
  if (isSuccess({ status, retryAfter: undefined })) {
    return { outcome: 'done', made: null, facts: null, message: `The webhook responded with status ${status}.` };
  }
  return refusedStep('webhook_failed', `The webhook responded with status ${status}.`);
};
