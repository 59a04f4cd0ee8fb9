import { type Incoming, mediaTypeOf } from './http.ts';

const KEPT = 5000;
const KEPT_BODY_LENGTH = 4000;

/** A request that the sandbox received, and its response. */
interface LoggedRequest {
  number: number;
  /** ISO 8601, by the sandbox's clock. */
  at: string;
  method: string;
  path: string;
  operation: string | undefined;
  username: string | undefined;
  /** Null: the connection was closed without a response. */
  status: number | null;
  /** Id of the fault rule that was applied. */
  fault: string | undefined;
  body: unknown;
}

/** The last 5,000 requests, oldest first. */
export class RequestLog {
  #entries: LoggedRequest[] = [];
  #number = 0;

  add(entry: Omit<LoggedRequest, 'number'>): void {
    this.#number += 1;
    this.#entries.push({ number: this.#number, ...entry });
    if (this.#entries.length > KEPT) this.#entries.shift();
  }

  list(): readonly LoggedRequest[] {
    return this.#entries;
  }

  clear(): void {
    this.#entries = [];
  }
}

const SECRET = /secret|token$|^code$|verifier|password|^authorization$/i;
const PUBLIC = /^(pagination_token)$/;

function masked(name: string, value: unknown): unknown {
  return SECRET.test(name) && !PUBLIC.test(name) && value !== '' ? '***' : value;
}

/** Returns the path and query, without secrets. */
export function maskedPath(incoming: Incoming): string {
  const query = new URLSearchParams(incoming.query);
  for (const [name, value] of incoming.query) query.set(name, String(masked(name, value)));
  return query.size === 0 ? incoming.path : `${incoming.path}?${query.toString()}`;
}

/** Returns the body in readable form: JSON and forms without secrets, anything else only by its size. */
export function maskedBody(incoming: Incoming): unknown {
  const { body } = incoming;
  if (body === undefined || body.length === 0) return undefined;
  const type = mediaTypeOf(incoming.headers);
  const text = body.toString('utf8');
  if (type === 'application/x-www-form-urlencoded') {
    return Object.fromEntries([...new URLSearchParams(text)].map(([name, value]) => [name, masked(name, value)]));
  }
  if (type !== 'application/json' || text.length > KEPT_BODY_LENGTH)
    return `<${type || 'no type'}, ${body.length} bytes>`;
  try {
    const value: unknown = JSON.parse(text, (name, inner: unknown) => masked(name, inner));
    return value;
  } catch {
    return `<unreadable JSON, ${body.length} bytes>`;
  }
}
