import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { Reply } from './http.ts';

const Phase = z.enum(['before', 'after']);

const Milliseconds = z.int().min(0).max(600_000);

const Status = z.int().min(200).max(599);

/**
 * Faults to inject. `phase` is relative to the commit: `before` stores nothing, `after` stores everything and only the
 * response is affected.
 */
export const Fault = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('delay'), ms: Milliseconds, phase: Phase.default('before') }),
  z.strictObject({ kind: z.literal('cut'), phase: Phase }),
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(400).max(599),
    phase: Phase.default('before'),
    body: z.enum(['problem', 'html', 'plain', 'strings']).default('problem'),
  }),
  /** A page instead of JSON, by default with the status of success. */
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
  /** Half of the body; with `hangUp`, the full length is announced and the connection closes in the middle. */
  z.strictObject({ kind: z.literal('truncated'), hangUp: z.boolean().default(false) }),
  /** Removes these fields from the posts in the response, or replaces their values with undocumented ones. */
  z.strictObject({
    kind: z.literal('hide'),
    fields: z.array(z.string().max(50)).min(1).max(20),
    how: z.enum(['missing', 'null', 'malformed']).default('missing'),
  }),
]);

export type Fault = z.infer<typeof Fault>;

/** When a fault applies: to the first rule that matches a request, after `skip` such requests, `times` times. */
export const FaultRule = z.strictObject({
  id: z.string().min(1).max(100).optional(),
  method: z.enum(['GET', 'POST', 'DELETE']).optional(),
  /** A path, or a pattern of the API such as /2/tweets/:id. Without it the rule matches every operation. */
  path: z.string().startsWith('/').max(300).optional(),
  username: z.string().max(15).optional(),
  skip: z.int().min(0).default(0),
  times: z.union([z.int().min(1), z.literal('always')]).default(1),
  fault: Fault,
});

type FaultRule = z.infer<typeof FaultRule>;

interface ArmedRule extends FaultRule {
  id: string;
  /** How many requests matched, and to how many the fault was applied. */
  seen: number;
  fired: number;
}

/** What a rule is matched against. */
interface Target {
  method: string;
  path: string;
  /** The pattern of the operation. */
  pattern: string;
  username: string | undefined;
}

/** The fault rules, in the order they were added. */
export class Faults {
  #rules: ArmedRule[] = [];

  add(rules: readonly FaultRule[]): void {
    for (const rule of rules) this.#rules.push({ ...rule, id: rule.id ?? randomUUID(), seen: 0, fired: 0 });
  }

  list(): readonly ArmedRule[] {
    return this.#rules;
  }

  /** Ends a rule but keeps its counts. @returns false when there is no such rule */
  lift(id: string): boolean {
    const rule = this.#rules.find((each) => each.id === id);
    if (rule === undefined) return false;
    rule.times = rule.fired;
    return true;
  }

  clear(): void {
    this.#rules = [];
  }

  /** Returns the fault for this request, if any, and counts it. */
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

/**
 * A parameter in the rule matches only a parameter of the operation: /2/tweets/:id does not match /2/tweets/analytics.
 */
function samePath(wanted: string, { path, pattern }: Target): boolean {
  const [rule, actual, declared] = [wanted, path, pattern].map((text) => text.split('/'));
  if (rule?.length !== actual?.length) return false;
  return (
    rule?.every((part, i) => (part.startsWith(':') ? declared?.[i]?.startsWith(':') : part === actual?.[i])) === true
  );
}

const Shown = z.looseObject({ data: z.union([z.array(z.looseObject({})), z.looseObject({})]) });

/** Returns the response with fields of its posts hidden. */
export function hidden(reply: Reply, { fields, how }: Extract<Fault, { kind: 'hide' }>): Reply {
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
