import type { Item } from '#shared/table.ts';

/** The names and values that an expression of DynamoDB stands on. */
export interface Bindings {
  ExpressionAttributeNames?: Record<string, string> | undefined;
  ExpressionAttributeValues?: Record<string, unknown> | undefined;
}

type Scalar = string | number | boolean | null | undefined;

/** What a value is compared by: none of ours compares lists or maps. */
const scalar = (value: unknown): Scalar => {
  if (value === null || ['string', 'number', 'boolean', 'undefined'].includes(typeof value)) return value as Scalar;
  throw new Error(`An expression compares ${JSON.stringify(value)}`);
};

/** How two values of one ordered kind stand to each other; undefined where they have no order. */
const order = (one: Scalar, other: Scalar): number | undefined => {
  if (typeof one === 'string' && typeof other === 'string') return one < other ? -1 : one > other ? 1 : 0;
  return typeof one === 'number' && typeof other === 'number' ? one - other : undefined;
};

const compare: Readonly<Record<string, (one: Scalar, other: Scalar) => boolean>> = {
  '=': (one, other) => one !== undefined && one === other,
  '<>': (one, other) => one !== other,
  '<': (one, other) => (order(one, other) ?? 1) < 0,
  '<=': (one, other) => (order(one, other) ?? 1) <= 0,
  '>': (one, other) => (order(one, other) ?? -1) > 0,
  '>=': (one, other) => (order(one, other) ?? -1) >= 0,
};

/** Reads expressions as DynamoDB does, as far as our stores write them; it throws at what it does not know. */
class Reader {
  readonly #tokens: string[];
  readonly #item: Item;
  readonly #bindings: Bindings;

  constructor(expression: string, item: Item, bindings: Bindings) {
    this.#tokens = expression.match(/[#:]?[\w.#]+|<>|<=|>=|[=<>(),+-]/g) ?? [];
    this.#item = item;
    this.#bindings = bindings;
  }

  get isAtEnd(): boolean {
    return this.#tokens.length === 0;
  }

  take(): string {
    const token = this.#tokens.shift();
    if (token === undefined) throw new Error('An expression ends too early');
    return token;
  }

  /** Takes the next token when it is that one. */
  takes(word: string): boolean {
    if (this.#tokens[0]?.toUpperCase() !== word) return false;
    this.#tokens.shift();
    return true;
  }

  expect(word: string): void {
    const found = this.take();
    if (found.toUpperCase() !== word) throw new Error(`An expression has ${found}, not ${word}`);
  }

  path(token = this.take()): string[] {
    return token.split('.').map((part) => {
      if (!part.startsWith('#')) return part;
      const name = this.#bindings.ExpressionAttributeNames?.[part];
      if (name === undefined) throw new Error(`No name ${part}`);
      return name;
    });
  }

  operand(): unknown {
    const token = this.take();
    if (token === 'if_not_exists') {
      this.expect('(');
      const standing = at(this.#item, this.path());
      this.expect(',');
      const other = this.operand();
      this.expect(')');
      return standing ?? other;
    }
    if (token === 'size') {
      this.expect('(');
      const measured = at(this.#item, this.path());
      this.expect(')');
      return measured === undefined ? undefined : sizeOf(measured);
    }
    if (!token.startsWith(':')) return at(this.#item, this.path(token));
    const values = this.#bindings.ExpressionAttributeValues ?? {};
    if (!(token in values)) throw new Error(`No value ${token}`);
    return values[token];
  }

  either(): boolean {
    let holds = this.both();
    while (this.takes('OR')) holds = this.both() || holds;
    return holds;
  }

  both(): boolean {
    let holds = this.one();
    while (this.takes('AND')) holds = this.one() && holds;
    return holds;
  }

  one(): boolean {
    if (this.takes('NOT')) return !this.one();
    if (this.takes('(')) {
      const holds = this.either();
      this.expect(')');
      return holds;
    }
    if (this.takes('ATTRIBUTE_EXISTS')) return this.argument((path) => at(this.#item, path) !== undefined);
    if (this.takes('ATTRIBUTE_NOT_EXISTS')) return this.argument((path) => at(this.#item, path) === undefined);
    if (this.takes('BEGINS_WITH')) {
      return this.argument((path) => {
        this.expect(',');
        const [value, start] = [scalar(at(this.#item, path)), this.operand()];
        return typeof value === 'string' && typeof start === 'string' && value.startsWith(start);
      });
    }
    return this.comparison();
  }

  argument(holds: (path: string[]) => boolean): boolean {
    this.expect('(');
    const answer = holds(this.path());
    this.expect(')');
    return answer;
  }

  comparison(): boolean {
    const one = scalar(this.operand());
    if (this.takes('BETWEEN')) {
      const low = scalar(this.operand());
      this.expect('AND');
      const high = scalar(this.operand());
      return (order(one, low) ?? -1) >= 0 && (order(one, high) ?? 1) <= 0;
    }
    const sign = this.take();
    const holds = compare[sign];
    if (!holds) throw new Error(`An expression has ${sign}`);
    return holds(one, scalar(this.operand()));
  }
}

const at = (item: Item, path: readonly string[]): unknown =>
  path.reduce<unknown>((inner, name) => (inner as Item | undefined)?.[name], item);

/** Whether an item meets a condition; none at all is met. */
export const meets = (item: Item, expression: string | undefined, bindings: Bindings): boolean => {
  if (expression === undefined) return true;
  const reader = new Reader(expression, item, bindings);
  const holds = reader.either();
  if (!reader.isAtEnd) throw new Error(`An expression goes on with ${reader.take()}`);
  return holds;
};

/** How many elements a list or map has, or characters a text (DynamoDB counts its bytes). */
const sizeOf = (value: unknown): number =>
  typeof value === 'string' ? value.length : Object.keys(value as object).length;

/** What `ADD` makes of a number, or of a set: the table in memory keeps that as a list. */
const added = (standing: unknown, more: unknown): unknown =>
  more instanceof Set
    ? [...new Set([...((standing as unknown[] | undefined) ?? []), ...more])]
    : Number(standing ?? 0) + Number(more);

/** The item as an update (`SET`, `REMOVE`, `ADD`) leaves it. */
export const updated = (item: Item, expression: string, bindings: Bindings): Item => {
  const reader = new Reader(expression, item, bindings);
  const after = structuredClone(item);
  const place = (path: readonly string[]): [Item, string] => {
    const name = path.at(-1) ?? '';
    return [(at(after, path.slice(0, -1)) as Item | undefined) ?? {}, name];
  };
  while (!reader.isAtEnd) {
    const clause = ['SET', 'REMOVE', 'ADD'].find((each) => reader.takes(each));
    if (clause === undefined) throw new Error(`An update has ${reader.take()}`);
    do {
      const [holder, name] = place(reader.path());
      if (clause === 'REMOVE') {
        Reflect.deleteProperty(holder, name);
        continue;
      }
      if (clause === 'ADD') {
        holder[name] = added(holder[name], reader.operand());
        continue;
      }
      reader.expect('=');
      let value = reader.operand();
      if (reader.takes('+')) value = Number(value) + Number(reader.operand());
      else if (reader.takes('-')) value = Number(value) - Number(reader.operand());
      holder[name] = value;
    } while (reader.takes(','));
  }
  return after;
};
