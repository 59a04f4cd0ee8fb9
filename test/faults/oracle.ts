import type { PostOnX } from '#infra/local/marketer.ts';

/** One requested post: the texts of its parts, a single one unless it is a thread. */
export type Asked = readonly string[];

/** How X differs from what was requested; all empty when it does not. */
export interface Difference {
  /** Requested, but missing. */
  lost: string[];
  /** Present more often than requested, including what nobody requested. */
  doubled: string[];
  /** Parts that do not reply to the part before them; first parts that reply to anything. */
  outOfOrder: string[];
}

/** Compares the posts of one account on X with what was requested, by text, whatever order X lists them in. */
export const compare = (asked: readonly Asked[], standing: readonly PostOnX[]): Difference => {
  const left = [...standing];
  const lost: string[] = [];
  const outOfOrder: string[] = [];
  for (const parts of asked) {
    let parent: string | null = null;
    for (const text of parts) {
      // Prefer the post in the right place, so that a duplicate elsewhere is not mistaken for it.
      const isThis = (post: PostOnX) => post.rawText === text;
      const inPlace = left.findIndex((post) => isThis(post) && (post.replyTo ?? null) === parent);
      const place = inPlace === -1 ? left.findIndex(isThis) : inPlace;
      const [found] = place === -1 ? [] : left.splice(place, 1);
      if (found === undefined) lost.push(text);
      else if (inPlace === -1) outOfOrder.push(text);
      parent = found?.id ?? parent;
    }
  }
  return { lost, doubled: left.map(({ rawText }) => rawText), outOfOrder };
};

/** Sums up what the scenarios of a file found, for its last line of output. */
export class Tally {
  #scenarios = 0;
  readonly #found: Difference = { lost: [], doubled: [], outOfOrder: [] };

  count({ lost, doubled, outOfOrder }: Difference): void {
    this.#scenarios += 1;
    this.#found.lost.push(...lost);
    this.#found.doubled.push(...doubled);
    this.#found.outOfOrder.push(...outOfOrder);
  }

  /** `faults: N scenarios, 0 lost, 0 doubled`. */
  line(): string {
    const { lost, doubled, outOfOrder } = this.#found;
    const order = outOfOrder.length > 0 ? `, ${outOfOrder.length} out of order` : '';
    return `faults: ${this.#scenarios} scenarios, ${lost.length} lost, ${doubled.length} doubled${order}`;
  }
}
