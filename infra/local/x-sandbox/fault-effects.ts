import type { Fault } from './faults.ts';
import { hidden } from './faults.ts';
import { type Delivery, empty, html, type Reply } from './http.ts';
import { limitHeaders } from './limits.ts';
import * as problems from './problems.ts';
import type { World } from './world.ts';

/** Whether the work is done despite this fault. */
export function commits(fault: Fault | undefined): boolean {
  if (fault === undefined) return true;
  if ('phase' in fault) return fault.phase === 'after' || fault.kind === 'delay';
  return ['slow', 'truncated', 'hide'].includes(fault.kind);
}

/** Returns the milliseconds to wait before or after the work. */
export function delayOf(fault: Fault | undefined, phase: 'before' | 'after'): number {
  return fault?.kind === 'delay' && fault.phase === phase ? fault.ms : 0;
}

/**
 * Returns what the client gets instead of the real response.
 * @param reply the real response; undefined when nothing was done
 * @param success the operation's status on success
 */
export function spoil(world: World, fault: Fault, reply: Reply | undefined, success: number): Delivery {
  switch (fault.kind) {
    case 'cut':
      return { reply: empty(500), cut: true };
    case 'slow':
      return { reply: reply ?? empty(success), dripMs: fault.ms };
    case 'truncated':
      return truncated(reply ?? empty(success), fault.hangUp);
    case 'delay':
      return { reply: reply ?? empty(success) };
    case 'hide':
      return { reply: hidden(reply ?? empty(success), fault) };
    default:
      return { reply: { ...substitute(world, fault, success), ...(reply && { headers: reply.headers ?? {} }) } };
  }
}

function truncated(reply: Reply, hangUp: boolean): Delivery {
  const bytes = Buffer.from(reply.payload);
  const half = Math.floor(bytes.length / 2);
  return hangUp ? { reply, hangUpAfterBytes: half } : { reply: { ...reply, payload: bytes.subarray(0, half) } };
}

type Substituting = Exclude<Fault, { kind: 'cut' | 'slow' | 'truncated' | 'delay' | 'hide' }>;

function substitute(world: World, fault: Substituting, success: number): Reply {
  switch (fault.kind) {
    case 'status':
      return statusReply(fault.status, fault.body);
    case 'html':
      return html(fault.status ?? success, '<!DOCTYPE html><html><body>Something went wrong</body></html>');
    case 'empty':
      // Declared as JSON, like all of X's responses; clients then parse no value.
      return { ...empty(fault.status ?? success), contentType: 'application/json; charset=utf-8' };
    case 'unauthorized':
      return problems.unauthorized();
    case 'creditsDepleted':
      return problems.creditsDepleted(world.state.settings.accountId);
    case 'forbidden':
      return forbiddenReply(world, fault.reason);
    case 'rateLimit':
      return rateLimitReply(world, fault);
    case 'oauth':
      return problems.oauthError(400, fault.error, 'Value passed for the token was invalid.');
  }
}

function statusReply(status: number, body: 'problem' | 'html' | 'plain' | 'strings'): Reply {
  const make = {
    problem: problems.aboutBlank,
    html: problems.htmlError,
    plain: problems.plainError,
    strings: problems.errorsAsStrings,
  };
  return make[body](status);
}

function forbiddenReply(world: World, reason: Extract<Fault, { kind: 'forbidden' }>['reason']): Reply {
  const { accountId, clientId } = world.state.settings;
  switch (reason) {
    case 'duplicate':
      return problems.duplicateContent();
    case 'suspended':
      return problems.userSuspended();
    case 'suspendedV1':
      return problems.userSuspendedV1();
    case 'locked':
      return problems.userLocked();
    case 'notPermitted':
      return problems.notPermitted();
    case 'notSummoned':
      return problems.notSummoned();
    case 'notSummonedOld':
      return problems.notSummonedOld();
    case 'clientForbidden':
      return problems.clientForbidden(clientId);
    case 'spendCap':
      return problems.spendCapReached(accountId, nextMonth(world.now()));
    case 'unsupportedAuthentication':
      return problems.unsupportedAuthentication();
    case 'videoTooLong':
      return problems.videoTooLong(20);
  }
}

function rateLimitReply(world: World, fault: Extract<Fault, { kind: 'rateLimit' }>): Reply {
  const reset = world.now() + fault.resetAfterSeconds * 1000;
  const healthy = limitHeaders('x-rate-limit', 100, 57, world.now() + 600_000);
  const headers = {
    '15min': () => limitHeaders('x-rate-limit', 100, 0, reset),
    user24h: () => ({ ...healthy, ...limitHeaders('x-user-limit-24hour', 100, 0, reset) }),
    app24h: () => ({ ...healthy, ...limitHeaders('x-app-limit-24hour', 10_000, 0, reset) }),
    none: () => ({}),
    // The usage cap comes with healthy headers, which do not say when it ends.
    usageCap: () => limitHeaders('x-rate-limit', 40_000, 39_999, world.now() + 600_000),
  }[fault.headers]();
  const body = fault.body === 'v1' ? problems.tooManyRequestsV1() : problems.tooManyRequests();
  const reply = fault.headers === 'usageCap' ? problems.usageCapExceeded(world.state.settings.accountId) : body;
  return { ...reply, headers: { ...reply.headers, ...headers } };
}

/** Returns the first day of the next month, YYYY-MM-DD. */
function nextMonth(ms: number): string {
  const now = new Date(ms);
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1)).toISOString().slice(0, 10);
}
