import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { DEFAULT_SETTINGS, Settings } from './settings.ts';
import { seededUsers, User } from './user.ts';

/** Instants in the state are milliseconds since 1970, by the sandbox's own clock. */
const Instant = z.number();

const Entity = z.object({ start: z.int(), end: z.int() });
export const Entities = z.object({
  urls: z.array(
    Entity.extend({
      url: z.string(),
      expanded_url: z.string(),
      display_url: z.string(),
      media_key: z.string().optional(),
    }),
  ),
  hashtags: z.array(Entity.extend({ tag: z.string() })),
  cashtags: z.array(Entity.extend({ tag: z.string() })),
  mentions: z.array(Entity.extend({ username: z.string(), id: z.string().optional() })),
});
export type Entities = z.infer<typeof Entities>;

export const Post = z.object({
  id: z.string(),
  authorId: z.string(),
  createdAt: Instant,
  /** As sent by the client. */
  rawText: z.string(),
  /** As shown by X: links as t.co links, `&`, `<` and `>` escaped, the attached media's own link appended. */
  text: z.string(),
  entities: Entities,
  hasUrl: z.boolean(),
  mediaIds: z.array(z.string()),
  poll: z.object({ options: z.array(z.string()), durationMinutes: z.int() }).optional(),
  conversationId: z.string(),
  replyTo: z.string().optional(),
  quoted: z.string().optional(),
  repostOf: z.string().optional(),
  replySettings: z.string().optional(),
  madeWithAi: z.boolean(),
  paidPartnership: z.boolean(),
  nullcast: z.boolean(),
  /** Ids of earlier versions, oldest first. */
  previousIds: z.array(z.string()),
  supersededBy: z.string().optional(),
  /** Final impressions, where the settings set them for a word of the text. */
  reach: z.int().optional(),
  /** Other options that the client set, kept to be read back. */
  options: z.record(z.string(), z.unknown()),
});
export type Post = z.infer<typeof Post>;

export const Media = z.object({
  id: z.string(),
  key: z.string(),
  ownerId: z.string(),
  otherOwnerIds: z.array(z.string()),
  kind: z.enum(['image', 'gif', 'video', 'subtitles']),
  mediaType: z.string(),
  totalBytes: z.int().optional(),
  createdAt: Instant,
  expiresAt: Instant,
  /** Sizes of the appended segments by index. */
  segments: z.record(z.string(), z.int()),
  finalizedAt: Instant.optional(),
  /** When processing ends; absent when there is none. */
  readyAt: Instant.optional(),
  failed: z.boolean(),
  size: z.int(),
  sha256: z.string().optional(),
  width: z.int().optional(),
  height: z.int().optional(),
  durationMs: z.int().optional(),
  altText: z.string().optional(),
  subtitles: z.array(z.object({ mediaId: z.string(), language: z.string(), name: z.string().optional() })),
});
export type Media = z.infer<typeof Media>;

/** A user's consent. Its tokens are invalidated together with it. */
const Grant = z.object({ id: z.string(), userId: z.string(), scopes: z.array(z.string()), revoked: z.boolean() });
export type Grant = z.infer<typeof Grant>;

/** Codes and tokens are stored as SHA-256 digests, so that the state file contains no usable credentials. */
const Token = z.object({
  kind: z.enum(['access', 'refresh', 'app']),
  grantId: z.string(),
  expiresAt: Instant,
  spent: z.boolean(),
});
const Code = z.object({
  userId: z.string(),
  scopes: z.array(z.string()),
  redirectUri: z.string(),
  challenge: z.string(),
  challengeMethod: z.enum(['S256', 'plain']),
  expiresAt: Instant,
});

const Day = z.object({
  kinds: z.record(z.string(), z.object({ count: z.int(), micros: z.int() })),
  users: z.record(z.string(), z.int()),
});

const Webhook = z.object({ id: z.string(), url: z.string(), valid: z.boolean(), createdAt: Instant });
export type Webhook = z.infer<typeof Webhook>;

const Subscription = z.object({
  id: z.string(),
  eventType: z.string(),
  /** Absent: for the entire app. */
  userId: z.string().optional(),
  webhookId: z.string().optional(),
  tag: z.string().optional(),
  createdAt: Instant,
});
export type Subscription = z.infer<typeof Subscription>;

/** An event, kept for replays. */
const ActivityEvent = z.object({
  uuid: z.string(),
  at: Instant,
  eventType: z.string(),
  userId: z.string(),
  payload: z.looseObject({}),
});
export type ActivityEvent = z.infer<typeof ActivityEvent>;

const SandboxState = z.object({
  version: z.literal(1),
  clockOffsetMs: z.int(),
  lastId: z.string(),
  // A file of an earlier version lacks newer settings.
  settings: z
    .looseObject({})
    .transform((kept): unknown => ({ ...DEFAULT_SETTINGS, ...kept }))
    .pipe(Settings),
  users: z.record(z.string(), User),
  posts: z.record(z.string(), Post),
  media: z.record(z.string(), Media),
  grants: z.record(z.string(), Grant),
  codes: z.record(z.string(), Code),
  tokens: z.record(z.string(), Token),
  /** Usage per UTC day (YYYY-MM-DD). */
  meter: z.record(z.string(), Day),
  /** Resources read today; each is billed once per UTC day. */
  readToday: z.object({ day: z.string(), keys: z.record(z.string(), z.literal(true)) }),
  /** Rate limit windows by operation, subject and length. */
  windows: z.record(z.string(), z.object({ endsAt: Instant, count: z.int() })),
  webhooks: z.record(z.string(), Webhook).default({}),
  subscriptions: z.record(z.string(), Subscription).default({}),
  activity: z.array(ActivityEvent).default([]),
});
export type SandboxState = z.infer<typeof SandboxState>;

export function freshState(settings: Settings = DEFAULT_SETTINGS): SandboxState {
  return {
    version: 1,
    clockOffsetMs: 0,
    lastId: '0',
    settings: structuredClone(settings),
    users: Object.fromEntries(seededUsers().map((user) => [user.id, user])),
    posts: {},
    media: {},
    grants: {},
    codes: {},
    tokens: {},
    meter: {},
    readToday: { day: '', keys: {} },
    windows: {},
    webhooks: {},
    subscriptions: {},
    activity: [],
  };
}

/** Reads the state file; a missing one gives a fresh state. @throws Error when the file is invalid */
export async function readState(file: string, settings: Settings): Promise<SandboxState> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return freshState(settings);
    throw error;
  }
  const state = SandboxState.safeParse(parseJson(text));
  if (state.success) return state.data;
  throw new Error(`The state file ${file} is not one of this X sandbox: ${z.prettifyError(state.error)}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Writes the state atomically: to a new file, which is then renamed. Requests during a write share the next one. */
export class StateFile {
  readonly #file: string | undefined;
  readonly #content: () => SandboxState;
  #current: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  constructor(file: string | undefined, content: () => SandboxState) {
    this.#file = file;
    this.#content = content;
  }

  /** Resolves when the current state is in the file. */
  flush(): Promise<void> {
    const file = this.#file;
    if (file === undefined) return Promise.resolve();
    const write = () => {
      this.#next = undefined;
      this.#current = this.#write(file);
      return this.#current;
    };
    this.#next ??= this.#current.then(write, write);
    return this.#next;
  }

  async #write(file: string): Promise<void> {
    const text = JSON.stringify(this.#content());
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(`${file}.new`, text, { mode: 0o600 });
    await rename(`${file}.new`, file);
  }
}
