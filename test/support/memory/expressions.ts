import type { Item } from '#shared/table.ts';

/** The names and values that are bound in a DynamoDB expression. */
export interface Bindings {
  ExpressionAttributeNames?: Record<string, string> | undefined;
  ExpressionAttributeValues?: Record<string, unknown> | undefined;
}

type Scalar = string | number | boolean | null | undefined;
type Path = readonly string[];

/** Evaluates to a result for an item, given an expression's bindings. */
type Reading<Result> = (item: Item, bindings: Bindings) => Result;

/** A compiled expression, with the bindings that it uses and the attributes that it names. */
interface Compiled<Result> {
  evaluate: Reading<Result>;
  bound: ReadonlySet<string>;
  paths: readonly Path[];
}

/** DynamoDB's error for a request that is invalid whatever its condition. */
export const invalidRequest = (message: string): Error =>
  Object.assign(new Error(message), { name: 'ValidationException' });

/** A comparable value: none of our expressions compares lists or maps. */
const scalar = (value: unknown): Scalar => {
  if (value === null || ['string', 'number', 'boolean', 'undefined'].includes(typeof value)) return value as Scalar;
  throw new Error(`An expression compares ${JSON.stringify(value)}`);
};

/** The order of two values of one ordered type; undefined if they have none. */
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

/** The `attribute_type` of a value, of the types we write (DynamoDB: "Condition and filter expressions"). */
const typeOf = (value: unknown): string | undefined => {
  if (value === undefined) return undefined;
  if (value === null) return 'NULL';
  if (value instanceof Set) return [...value].every((each) => typeof each === 'number') ? 'NS' : 'SS';
  if (Array.isArray(value)) return 'L';
  return { string: 'S', number: 'N', boolean: 'BOOL' }[typeof value as string] ?? 'M';
};

/** `size`: the length of a string in UTF-8 bytes, or the number of elements of a set, list or map. */
const sizeOf = (value: unknown): number | undefined => {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (value instanceof Set) return value.size;
  return typeof value === 'object' && value !== null ? Object.keys(value).length : undefined;
};

const at = (item: Item, path: Path): unknown =>
  path.reduce<unknown>((inner, name) => (inner as Item | null | undefined)?.[name], item);

/** Parses the DynamoDB expressions that our stores use; throws on anything else. */
class Reader {
  readonly bound = new Set<string>();
  readonly paths: Path[] = [];
  readonly #tokens: string[];

  constructor(expression: string) {
    this.#tokens = expression.match(/[#:]?[\w.#]+|<>|<=|>=|[=<>(),+-]/g) ?? [];
  }

  get isAtEnd(): boolean {
    return this.#tokens.length === 0;
  }

  take(): string {
    const token = this.#tokens.shift();
    if (token === undefined) throw invalidRequest('An expression ends too early');
    return token;
  }

  /** Consumes the next token if it is this word. */
  takes(word: string): boolean {
    if (this.#tokens[0]?.toUpperCase() !== word) return false;
    this.#tokens.shift();
    return true;
  }

  expect(word: string): void {
    const found = this.take();
    if (found.toUpperCase() !== word) throw invalidRequest(`An expression has ${found}, not ${word}`);
  }

  path(token = this.take()): (bindings: Bindings) => Path {
    const parts = token.split('.');
    this.paths.push(parts);
    for (const part of parts) if (part.startsWith('#')) this.bound.add(part);
    return ({ ExpressionAttributeNames: names = {} }) => parts.map((part) => names[part] ?? part);
  }

  value(token = this.take()): Reading<unknown> {
    if (!token.startsWith(':')) {
      const path = this.path(token);
      return (item, bindings) => at(item, path(bindings));
    }
    this.bound.add(token);
    return (_, { ExpressionAttributeValues: values = {} }) => values[token];
  }

  operand(): Reading<unknown> {
    if (!this.takes('SIZE')) return this.value();
    const value = this.argument();
    return (item, bindings) => sizeOf(value(item, bindings));
  }

  /** The arguments in brackets: an attribute and, with `rest`, the value to compare it with. */
  argument(): Reading<unknown>;
  argument(rest: (one: unknown, other: unknown) => boolean): Reading<boolean>;
  argument(rest?: (one: unknown, other: unknown) => boolean): Reading<unknown> {
    this.expect('(');
    const one = this.value();
    if (!rest) {
      this.expect(')');
      return one;
    }
    this.expect(',');
    const other = this.value();
    this.expect(')');
    return (item, bindings) => rest(one(item, bindings), other(item, bindings));
  }

  either(): Reading<boolean> {
    const all = [this.both()];
    while (this.takes('OR')) all.push(this.both());
    return (item, bindings) => all.some((holds) => holds(item, bindings));
  }

  both(): Reading<boolean> {
    const all = [this.one()];
    while (this.takes('AND')) all.push(this.one());
    return (item, bindings) => all.every((holds) => holds(item, bindings));
  }

  one(): Reading<boolean> {
    if (this.takes('NOT')) {
      const denied = this.one();
      return (item, bindings) => !denied(item, bindings);
    }
    if (this.takes('(')) {
      const holds = this.either();
      this.expect(')');
      return holds;
    }
    if (this.takes('ATTRIBUTE_EXISTS')) {
      const value = this.argument();
      return (item, bindings) => value(item, bindings) !== undefined;
    }
    if (this.takes('ATTRIBUTE_NOT_EXISTS')) {
      const value = this.argument();
      return (item, bindings) => value(item, bindings) === undefined;
    }
    if (this.takes('ATTRIBUTE_TYPE')) return this.argument((value, type) => typeOf(value) === type);
    if (this.takes('BEGINS_WITH')) {
      return this.argument(
        (value, start) => typeof value === 'string' && typeof start === 'string' && value.startsWith(start),
      );
    }
    return this.comparison();
  }

  comparison(): Reading<boolean> {
    const read = this.operand();
    const one: Reading<Scalar> = (item, bindings) => scalar(read(item, bindings));
    if (this.takes('BETWEEN')) {
      const low = this.operand();
      this.expect('AND');
      const high = this.operand();
      return (item, bindings) =>
        (order(one(item, bindings), scalar(low(item, bindings))) ?? -1) >= 0 &&
        (order(one(item, bindings), scalar(high(item, bindings))) ?? 1) <= 0;
    }
    const sign = this.take();
    const holds = compare[sign];
    if (!holds) throw invalidRequest(`An expression has ${sign}`);
    const other = this.operand();
    return (item, bindings) => holds(one(item, bindings), scalar(other(item, bindings)));
  }

  end(): void {
    if (!this.isAtEnd) throw invalidRequest(`An expression goes on with ${this.take()}`);
  }
}

/** Our stores use few expressions many times, so each is compiled once. */
const remembered = <Result>(compile: (expression: string) => Compiled<Result>) => {
  const known = new Map<string, Compiled<Result>>();
  return (expression: string): Compiled<Result> => {
    const compiled = known.get(expression) ?? compile(expression);
    known.set(expression, compiled);
    return compiled;
  };
};

const conditionOf = remembered((expression) => {
  const reader = new Reader(expression);
  const evaluate = reader.either();
  reader.end();
  return { evaluate, bound: reader.bound, paths: reader.paths };
});

/** One action of an update; every operand is read from `before`, the item before the update. */
type Action = (after: Item, before: Item, bindings: Bindings) => void;

/** The map that holds a path's last part; it must exist (DynamoDB: "The document path … is invalid for update"). */
const holderOf = (item: Item, path: Path): Item => {
  const holder = at(item, path.slice(0, -1));
  if (typeof holder !== 'object' || holder === null) {
    throw invalidRequest('The document path provided in the update expression is invalid for update');
  }
  return holder as Item;
};

const nameIn = (path: Path): string => path.at(-1) ?? '';

/** `SET path = operand`, `= operand + operand`; an operand is a value, an attribute or `if_not_exists(path, value)`. */
const setting = (reader: Reader): Action => {
  const path = reader.path();
  reader.expect('=');
  const operand = (): Reading<unknown> => {
    if (!reader.takes('IF_NOT_EXISTS')) {
      const value = reader.value();
      return (item, bindings) => {
        const found = value(item, bindings);
        if (found !== undefined) return found;
        throw invalidRequest('The provided expression refers to an attribute that does not exist in the item');
      };
    }
    reader.expect('(');
    const standing = reader.value();
    reader.expect(',');
    const other = operand();
    reader.expect(')');
    return (item, bindings) => {
      const found = standing(item, bindings);
      return found === undefined ? other(item, bindings) : found;
    };
  };
  const first = operand();
  const sign = reader.takes('+') ? 1 : reader.takes('-') ? -1 : 0;
  const second = sign === 0 ? undefined : operand();
  const sum: Reading<unknown> = (item, bindings) => {
    if (!second) return first(item, bindings);
    const [one, other] = [first(item, bindings), second(item, bindings)];
    if (typeof one === 'number' && typeof other === 'number') return one + sign * other;
    throw invalidRequest('An operand in the update expression has an incorrect data type');
  };
  return (after, before, bindings) => {
    const place = path(bindings);
    holderOf(after, place)[nameIn(place)] = sum(before, bindings);
  };
};

const removing = (reader: Reader): Action => {
  const path = reader.path();
  return (after, _, bindings) => {
    const place = path(bindings);
    Reflect.deleteProperty(holderOf(after, place), nameIn(place));
  };
};

/** `ADD`: to a number, which starts at 0, or to a set, which starts empty. */
const adding = (reader: Reader): Action => {
  const path = reader.path();
  const value = reader.value();
  return (after, before, bindings) => {
    const place = path(bindings);
    const [standing, more] = [at(before, place), value(before, bindings)];
    const holder = holderOf(after, place);
    if (more instanceof Set && (standing === undefined || standing instanceof Set)) {
      holder[nameIn(place)] = new Set([...(standing ?? []), ...more] as unknown[]);
    } else if (typeof more === 'number' && (standing === undefined || typeof standing === 'number')) {
      holder[nameIn(place)] = (standing ?? 0) + more;
    } else throw invalidRequest('An operand in the update expression has an incorrect data type');
  };
};

const clauses: Readonly<Record<string, (reader: Reader) => Action>> = { SET: setting, REMOVE: removing, ADD: adding };

const updateOf = remembered<Action[]>((expression) => {
  const reader = new Reader(expression);
  const actions: Action[] = [];
  while (!reader.isAtEnd) {
    const clause = reader.take();
    const action = clauses[clause.toUpperCase()];
    if (!action) throw invalidRequest(`An update has ${clause}`);
    do actions.push(action(reader));
    while (reader.takes(','));
  }
  return { evaluate: () => actions, bound: reader.bound, paths: reader.paths };
});

const projectionOf = remembered<string[]>((expression) => {
  const reader = new Reader(expression);
  const paths: ((bindings: Bindings) => Path)[] = [];
  do paths.push(reader.path());
  while (reader.takes(','));
  reader.end();
  return {
    // Our projections name whole attributes only.
    evaluate: (_, bindings) => paths.map((path) => nameIn(path(bindings))),
    bound: reader.bound,
    paths: reader.paths,
  };
});

/** The expressions that one request may have. */
interface Expressions extends Bindings {
  ConditionExpression?: string | undefined;
  KeyConditionExpression?: string | undefined;
  FilterExpression?: string | undefined;
  ProjectionExpression?: string | undefined;
  UpdateExpression?: string | undefined;
}

/**
 * Refuses a request with missing or unused bindings, as DynamoDB does ("Value provided in ExpressionAttributeValues
 * unused in expressions").
 */
export const checkBindings = (request: Expressions): void => {
  const { ConditionExpression, KeyConditionExpression, FilterExpression, ...rest } = request;
  const conditions = [ConditionExpression, KeyConditionExpression, FilterExpression].flatMap((each) => each ?? []);
  const compiled = [
    ...conditions.map(conditionOf),
    ...(rest.UpdateExpression ? [updateOf(rest.UpdateExpression)] : []),
    ...(rest.ProjectionExpression ? [projectionOf(rest.ProjectionExpression)] : []),
  ];
  const used = new Set(compiled.flatMap(({ bound }) => [...bound]));
  const given = { ...request.ExpressionAttributeNames, ...request.ExpressionAttributeValues };
  for (const name of used) if (given[name] === undefined) throw invalidRequest(`Nothing is bound to ${name}`);
  for (const name of Object.keys(given)) if (!used.has(name)) throw invalidRequest(`${name} is unused in expressions`);
};

/** Whether an item meets a condition; without one, it does. */
export const meets = (item: Item, expression: string | undefined, bindings: Bindings): boolean =>
  expression === undefined || conditionOf(expression).evaluate(item, bindings);

/** The top-level attributes that a condition names. */
export const attributesIn = (expression: string, bindings: Bindings): string[] =>
  conditionOf(expression).paths.map(([name = '']) => bindings.ExpressionAttributeNames?.[name] ?? name);

/** The item after an update (`SET`, `REMOVE`, `ADD`). */
export const updated = (item: Item, expression: string, bindings: Bindings): Item => {
  const after = structuredClone(item);
  for (const act of updateOf(expression).evaluate(item, bindings)) act(after, item, bindings);
  return after;
};

/** The projected attributes of an item; without a projection, all of them. */
export const projected = (item: Item, expression: string | undefined, bindings: Bindings): Item => {
  if (expression === undefined) return item;
  const names = projectionOf(expression).evaluate(item, bindings);
  return Object.fromEntries(Object.entries(item).filter(([name]) => names.includes(name)));
};
