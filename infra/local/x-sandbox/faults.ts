import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { empty, html, type Delivery, type Reply } from './http.ts';
import { limitHeaders } from './limits.ts';
import * as problems from './problems.ts';
import type { World } from './world.ts';

const Phase = z.enum(['before', 'after']);
const Milliseconds = z.int().min(0).max(600_000);
const Status = z.int().min(200).max(599);

/**
 * What can go wrong. `phase` is about the commit: `before` nothing is stored, `after` everything is stored and only the
 * answer suffers.
 */
const Fault = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('delay'), ms: Milliseconds, phase: Phase.default('before') }),
  z.strictObject({ kind: z.literal('cut'), phase: Phase }),
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(400).max(599),
    phase: Phase.default('before'),
    body: z.enum(['problem', 'html', 'plain', 'strings']).default('problem'),
  }),
  /** A page in place of JSON; its status is that of the success unless it is given. */
  z.strictObject({ kind: z.literal('html'), status: Status.optional(), phase: Phase.default('after') }),
  z.strictObject({ kind: z.literal('empty'), status: Status.optional(), phase: Phase.default('after') }),
  z.strictObject({ kind: z.literal('unauthorized') }),
  z.strictObject({ kind: z.literal('creditsDepleted') }),
  z.strictObject({
    kind: z.literal('forbidden'),
    reason: z.enum([
      ...['duplicate', 'suspended', 'suspendedV1', 'locked', 'notPermitted', 'notSummoned', 'notSummonedOld'],
      ...['clientForbidden', 'spendCap', 'unsupportedAuthentication', 'videoTooLong'],
    ] as const),
  }),
  z.strictObject({
    kind: z.literal('rateLimit'),
    headers: z.enum(['15min', 'user24h', 'app24h', 'none', 'usageCap']).default('15min'),
    body: z.enum(['problem', 'v1']).default('problem'),
    resetAfterSeconds: z.int().min(0).max(172_800).default(900),
  }),
  z.strictObject({
    kind: z.literal('oauth'),
    error: z.enum(['invalid_request', 'invalid_grant']).default('invalid_request'),
  }),
  z.strictObject({ kind: z.literal('slow'), ms: Milliseconds }),
  /** Half of the body; `hangUp` announces the whole and closes the connection in the middle. */
  z.strictObject({ kind: z.literal('truncated'), hangUp: z.boolean().default(false) }),
  /** The posts of the answer without these fields, or with something in their place that X does not document. */
  z.strictObject({
    kind: z.literal('hide'),
    fields: z.array(z.string().max(50)).min(1).max(20),
    how: z.enum(['missing', 'null', 'malformed']).default('missing'),
  }),
]);
type Fault = z.infer<typeof Fault>;

/** When a fault strikes: the first rule that fits a request, after `skip` such requests, `times` times. */
export const FaultRule = z.strictObject({
  id: z.string().min(1).max(100).optional(),
  method: z.enum(['GET', 'POST', 'DELETE']).optional(),
  /** A path, or a pattern of the API such as /2/tweets/:id. Without it the rule fits every operation. */
  path: z.string().startsWith('/').max(300).optional(),
  username: z.string().max(15).optional(),
  skip: z.int().min(0).default(0),
  times: z.union([z.int().min(1), z.literal('always')]).default(1),
  fault: Fault,
});
type FaultRule = z.infer<typeof FaultRule>;

interface ArmedRule extends FaultRule {
  id: string;
  /** How many requests fitted, and in how many of them the fault struck. */
  seen: number;
  fired: number;
}

/** What a rule is held against. */
interface Target {
  method: string;
  path: string;
  /** The pattern of the operation. */
  pattern: string;
  username: string | undefined;
}

/** The script of faults, in the order it was written. */
export class Faults {
  #rules: ArmedRule[] = [];

  add(rules: readonly FaultRule[]): void {
    for (const rule of rules) this.#rules.push({ ...rule, id: rule.id ?? randomUUID(), seen: 0, fired: 0 });
  }

  list(): readonly ArmedRule[] {
    return this.#rules;
  }

  /** Ends a rule; how often it struck stays to be read. @returns false when there is no such rule */
  lift(id: string): boolean {
    const rule = this.#rules.find((each) => each.id === id);
    if (rule === undefined) return false;
    rule.times = rule.fired;
    return true;
  }

  clear(): void {
    this.#rules = [];
  }

  /** The fault that strikes this request, if any; counting it. */
  strike(target: Target): ArmedRule | undefined {
    return this.#rules.find((rule) => {
      if (!fits(rule, target)) return false;
      rule.seen += 1;
      const due = rule.seen > rule.skip && (rule.times === 'always' || rule.fired < rule.times);
      if (due) rule.fired += 1;
      return due;
    });
  }
}

function fits(rule: FaultRule, target: Target): boolean {
  if (rule.method !== undefined && rule.method !== target.method) return false;
  if (rule.username !== undefined && rule.username.toLowerCase() !== target.username?.toLowerCase()) return false;
  return rule.path === undefined || samePath(rule.path, target);
}

/** A parameter in the rule stands for a parameter of the operation only: /2/tweets/:id is not /2/tweets/analytics. */
function samePath(wanted: string, { path, pattern }: Target): boolean {
  const [rule, actual, declared] = [wanted, path, pattern].map((text) => text.split('/'));
  if (rule?.length !== actual?.length) return false;
  return (
    rule?.every((part, i) => (part.startsWith(':') ? declared?.[i]?.startsWith(':') : part === actual?.[i])) === true
  );
}

/** Whether the work is done at all under this fault. */
export function commits(fault: Fault | undefined): boolean {
  if (fault === undefined) return true;
  if ('phase' in fault) return fault.phase === 'after' || fault.kind === 'delay';
  return ['slow', 'truncated', 'hide'].includes(fault.kind);
}

/** Milliseconds to wait before or after the work. */
export function delayOf(fault: Fault | undefined, phase: 'before' | 'after'): number {
  return fault?.kind === 'delay' && fault.phase === phase ? fault.ms : 0;
}

/**
 * What the client gets instead of the true answer.
 * @param reply the true answer; undefined when nothing was done
 * @param success the operation's status when all goes well
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

const Shown = z.looseObject({ data: z.union([z.array(z.looseObject({})), z.looseObject({})]) });

/** The answer whose posts show less than they should. */
function hidden(reply: Reply, { fields, how }: Extract<Fault, { kind: 'hide' }>): Reply {
  const body = Shown.safeParse(JSON.parse(String(reply.payload))).data;
  if (!body) return reply;
  const hide = (post: Record<string, unknown>) => {
    const rest = Object.fromEntries(Object.entries(post).filter(([name]) => !fields.includes(name)));
    const instead =
      how === 'missing' ? {} : Object.fromEntries(fields.map((name) => [name, how === 'null' ? null : 7]));
    return { ...rest, ...instead };
  };
  const data = Array.isArray(body.data) ? body.data.map(hide) : hide(body.data);
  return { ...reply, payload: JSON.stringify({ ...body, data }) };
}

type Substituting = Exclude<Fault, { kind: 'cut' | 'slow' | 'truncated' | 'delay' | 'hide' }>;

function substitute(world: World, fault: Substituting, success: number): Reply {
  switch (fault.kind) {
    case 'status':
      return statusReply(fault.status, fault.body);
    case 'html':
      return html(fault.status ?? success, '<!DOCTYPE html><html><body>Something went wrong</body></html>');
    case 'empty':
      // Announced as JSON, as X announces all its answers: clients take it for no value at all.
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
    // The usage cap comes with healthy headers: they tell nothing about when it ends.
    usageCap: () => limitHeaders('x-rate-limit', 40_000, 39_999, world.now() + 600_000),
  }[fault.headers]();
  const body = fault.body === 'v1' ? problems.tooManyRequestsV1() : problems.tooManyRequests();
  const reply = fault.headers === 'usageCap' ? problems.usageCapExceeded(world.state.settings.accountId) : body;
  return { ...reply, headers: { ...reply.headers, ...headers } };
}

/** The first day of the next month, YYYY-MM-DD. */
function nextMonth(ms: number): string {
  const now = new Date(ms);
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1)).toISOString().slice(0, 10);
}
