import { isIP } from 'node:net';
import { type Bound, type EventPattern, isObject, isScalar, type Scalar, type ValueTest } from './event-pattern.ts';

/** Whether the event matches. A nested pattern below an array must match as a whole within a single element. */
export const matches = (pattern: EventPattern, event: unknown): boolean => {
  if (Array.isArray(event))
    return event.length === 0 ? matches(pattern, {}) : event.some((each) => matches(pattern, each));
  const holder = isObject(event) ? event : {};
  const valueOf = (name: string): unknown => (Object.hasOwn(holder, name) ? holder[name] : undefined);
  return (
    pattern.fields.every((field) =>
      'inner' in field
        ? matches(field.inner, valueOf(field.name))
        : passes(field.tests, new Set(scalarsIn(valueOf(field.name)))),
    ) && pattern.or.every((alternatives) => alternatives.some((each) => matches(each, event)))
  );
};

/** Scalar values at the end of a path, with arrays flattened; none for a missing value or an object. */
const scalarsIn = (value: unknown): Scalar[] =>
  Array.isArray(value) ? value.flatMap(scalarsIn) : isScalar(value) ? [value] : [];

/** Values are deduplicated, and exact ones looked up in a set: lists from other services can be long. */
const passes = (tests: readonly ValueTest[], values: ReadonlySet<Scalar>): boolean =>
  tests.some((test) => {
    if (test.op === 'exists') return values.size > 0 === test.present;
    return test.op === 'equals' ? values.has(test.value) : values.values().some((value) => accepts(test, value));
  });

const versionOf = { ipv4: 4, ipv6: 6 } as const;

/** Whether a value passes a test other than one of its existence. */
export const accepts = (test: ValueTest, value: Scalar): boolean => {
  switch (test.op) {
    case 'equals':
      return value === test.value;
    case 'text':
      return typeof value === 'string' && acceptsText(test, value);
    case 'wildcard':
      return typeof value === 'string' && fits(test.pieces, value);
    case 'numeric':
      return typeof value === 'number' && test.bounds.every((bound) => isWithin(bound, value));
    case 'cidr':
      return (
        typeof value === 'string' && isIP(value) === versionOf[test.family] && test.block.check(value, test.family)
      );
    case 'anythingBut':
      return !test.tests.some((each) => accepts(each, value));
    case 'exists':
      return test.present;
  }
};

const acceptsText = ({ how, value, ignoreCase }: Extract<ValueTest, { op: 'text' }>, given: string): boolean => {
  const [wanted, said] = ignoreCase ? [value.toLowerCase(), given.toLowerCase()] : [value, given];
  switch (how) {
    case 'exact':
      return said === wanted;
    case 'prefix':
      return said.startsWith(wanted);
    case 'suffix':
      return said.endsWith(wanted);
  }
};

/** Each piece is matched at its first occurrence, so that time is linear in the length of the text. */
const fits = (pieces: readonly string[], text: string): boolean => {
  const [first = ''] = pieces;
  const last = pieces.at(-1) ?? '';
  if (pieces.length === 1) return text === first;
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  const end = text.length - last.length;
  let from = first.length;
  for (let place = 1; place < pieces.length - 1; place += 1) {
    const piece = pieces[place] ?? '';
    const found = text.indexOf(piece, from);
    if (found < 0 || found + piece.length > end) return false;
    from = found + piece.length;
  }
  return true;
};

/** Whether a number satisfies a bound. */
export const isWithin = ({ is, value }: Bound, given: number): boolean => {
  switch (is) {
    case '<':
      return given < value;
    case '<=':
      return given <= value;
    case '=':
      return given === value;
    case '>':
      return given > value;
    case '>=':
      return given >= value;
  }
};
