import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { Marketer, newXUser } from '#infra/local/marketer.ts';
import { becomes, publish, write } from './desk.ts';
import { joinByInvitation } from './invitations.ts';
import { stage } from './stage.ts';

/** A request that can be sent with an `Idempotency-Key`. */
export interface Request {
  path: string;
  body?: unknown;
  /** Who sends it, if a colleague of the owner does. */
  sender?: Marketer;
  /** The path of the entity that it changes, if that is not the path before the verb. */
  about?: string;
}

/** A request for an operation, and a measure of how often it was carried out. */
export interface Case {
  /** Prepares a request. Two calls return two different requests of one workspace. */
  request: (owner: Marketer, office: Office) => Promise<Request>;
  /** Grows by one each time the request is carried out; undefined if only the reply tells. */
  effect: (owner: Marketer, request: Request) => Promise<number | undefined>;
}

/** What a workspace has for its cases: what takes long to make, or can be used only once, is prepared. */
export interface Office {
  accountId: string;
  /** The next of the owner's colleagues; there are as many as a case has requests. */
  colleague: () => Marketer;
  /** The id of the next post that is on X; there are as many as a case has requests. */
  postOnX: () => Promise<string>;
  /** The owner of another workspace. */
  neighbour: Marketer;
}

/** Returns one after the other, over and over. */
const inTurn = <T>(all: readonly T[]): (() => T) => {
  const turns = [...all];
  return () => {
    const next = turns.shift();
    if (next === undefined) throw new Error('There is none to take a turn');
    turns.push(next);
    return next;
  };
};

/** Sets up an owner's workspace for cases of `requests` requests. Its posts are published meanwhile. */
export const furnish = async (owner: Marketer, neighbour: Marketer, requests: number): Promise<Office> => {
  const accountId = await owner.connect(await newXUser(stage));
  const make = <T>(one: () => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: requests }, one));
  const [posts, colleagues] = await Promise.all([
    make(async () => (await publish(owner, await write(owner, accountId, `Out, ${randomUUID()}.`))).id),
    make(async () => {
      const colleague = new Marketer(stage, 'colleague');
      await joinByInvitation(owner, colleague, 'editor');
      return colleague;
    }),
  ]);
  const nextPost = inTurn(posts);
  return {
    accountId,
    neighbour,
    colleague: inTurn(colleagues),
    postOnX: async () => {
      const id = nextPost();
      await becomes(owner, { id }, 'published');
      return id;
    },
  };
};

/** The path of the entity that a request changes. */
export const entityOf = ({ path, about }: Request): string => about ?? path.replace(/\/[\w-]+$/, '');

/** The version of the entity that a request changes. */
export const versionAt: Case['effect'] = async (owner, request) =>
  (await owner.do(z.object({ version: z.number() }), 'GET', entityOf(request))).version;

const List = z.object({ items: z.array(z.unknown()) });
const Page = List.extend({ nextCursor: z.string().nullable() });

/** The length of an unpaged list. */
export const countIn = async (who: Marketer, path: string): Promise<number> =>
  (await who.do(List, 'GET', path)).items.length;

/** The length of a paged list. */
export const countAt =
  (list: string) =>
  async (who: Marketer): Promise<number> => {
    let count = 0;
    let cursor: string | null = '';
    while (cursor !== null) {
      const after: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const page: z.infer<typeof Page> = await who.do(Page, 'GET', `${list}?limit=100${after}`);
      count += page.items.length;
      cursor = page.nextCursor;
    }
    return count;
  };

/** For what no list shows: the same reply again means that nothing else was made. */
export const onlyTheReplyTells: Case['effect'] = () => Promise.resolve(undefined);
