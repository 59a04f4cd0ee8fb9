import { BlockList, isIP } from 'node:net';
import * as z from 'zod';
import {
  type Bound,
  type EventPattern,
  isObject,
  isScalar,
  numericOperators,
  PatternError,
  type TextHow,
  type ValueTest,
} from './event-pattern.ts';

/** Maximum length of an EventBridge pattern (AWS: EventBridge quotas). */
const maxCharacters = 2_048;

/** A deeper pattern is hostile: events have four levels. */
const maxDepth = 12;

/** Largest number that EventBridge compares (AWS: comparison operators, numeric matching). */
const maxNumber = 5e9;

/** Operator names, which tell tests from the alternatives of an `$or` (event-ruler: reserved field names). */
const operators = [
  ...['exactly', 'anything-but', 'exists', 'equals-ignore-case', 'prefix'],
  ...['suffix', 'wildcard', 'cidr', 'numeric'],
];

/**
 * Parses a pattern in EventBridge's language (AWS: "Creating event patterns"; github.com/aws/event-ruler).
 * @throws PatternError with the path
 */
export const parsePattern = (pattern: unknown): EventPattern => {
  if (JSON.stringify(pattern).length > maxCharacters) {
    throw new PatternError('', `is longer than ${maxCharacters} characters`);
  }
  return parseObject(pattern, '', 1);
};

const parseObject = (pattern: unknown, path: string, depth: number): EventPattern => {
  if (!isObject(pattern)) throw new PatternError(path, 'must be an object of fields');
  if (depth > maxDepth) throw new PatternError(path, `is nested more than ${maxDepth} levels deep`);
  const entries = Object.entries(pattern);
  if (entries.length === 0) throw new PatternError(path, 'has no fields');
  const parsed: { fields: EventPattern['fields'][number][]; or: (readonly EventPattern[])[] } = { fields: [], or: [] };
  for (const [name, value] of entries) {
    const at = path === '' ? name : `${path}.${name}`;
    if (name === '$or' && isAlternatives(value)) {
      parsed.or.push(value.map((each, index) => parseObject(each, `${at}[${index}]`, depth + 1)));
    } else if (isObject(value)) {
      parsed.fields.push({ name, inner: parseObject(value, at, depth + 1) });
    } else {
      parsed.fields.push({ name, tests: parseTests(value, at) });
    }
  }
  return parsed;
};

/** Whether an `$or` has at least two objects, none of which looks like a test (event-ruler: "The $or primitive"). */
const isAlternatives = (value: unknown): value is Record<string, unknown>[] =>
  Array.isArray(value) &&
  value.length >= 2 &&
  value.every((each) => isObject(each) && !Object.keys(each).some((name) => operators.includes(name)));

const parseTests = (value: unknown, path: string): ValueTest[] => {
  if (!Array.isArray(value)) throw new PatternError(path, 'must be a list of values, such as ["published"]');
  if (value.length === 0) throw new PatternError(path, 'is an empty list, which no event matches');
  return value.map((each: unknown, index) => parseTest(each, `${path}[${index}]`));
};

const parseTest = (test: unknown, path: string): ValueTest => {
  if (isScalar(test)) return { op: 'equals', value: test };
  if (!isObject(test)) throw new PatternError(path, 'must be a value or an operator, not a list');
  const [entry, ...more] = Object.entries(test);
  if (!entry || more.length > 0) throw new PatternError(path, 'must name exactly one operator');
  const [operator, value] = entry;
  switch (operator) {
    case 'prefix':
    case 'suffix':
      return isObject(value)
        ? { ...text(operator, value['equals-ignore-case'], path), ignoreCase: true }
        : text(operator, value, path);
    case 'equals-ignore-case':
      return { ...text('exact', value, path), ignoreCase: true };
    case 'wildcard':
      return wildcard(value, path);
    case 'exactly':
      return text('exact', value, path);
    case 'exists':
      if (typeof value !== 'boolean') throw new PatternError(path, '`exists` takes true or false');
      return { op: 'exists', present: value };
    case 'numeric':
      return { op: 'numeric', bounds: parseBounds(value, path) };
    case 'cidr':
      return parseCidr(value, path);
    case 'anything-but':
      return { op: 'anythingBut', tests: parseExcluded(value, path) };
    default:
      throw new PatternError(path, `uses the operator \`${operator}\`, which EventBridge does not support`);
  }
};

const text = (how: TextHow, value: unknown, path: string): Extract<ValueTest, { op: 'text' }> => {
  if (typeof value !== 'string' || value === '') throw new PatternError(path, 'takes a non-empty string');
  return { op: 'text', how, value, ignoreCase: false };
};

const wildcard = (value: unknown, path: string): ValueTest => {
  const test = text('exact', value, path);
  if (/(^|[^\\])(\\\\)*\*\*/.test(test.value)) throw new PatternError(path, 'has two wildcards in a row');
  if (/^(?:[^\\]|\\[\\*])*$/.test(test.value)) return { op: 'wildcard', pieces: piecesOf(test.value) };
  throw new PatternError(path, 'may use a backslash only to escape `*` or `\\`');
};

/** The literal pieces between wildcards: `a*\\*b` is `a` and `*b`. */
const piecesOf = (pattern: string): string[] => {
  const tokens = [...pattern.matchAll(/\\[\\*]|[^]/g)].map(([token]) => token);
  const breaks = tokens.flatMap((token, at) => (token === '*' ? [at] : []));
  return [...breaks, tokens.length].map((end, place) =>
    tokens
      .slice(place === 0 ? 0 : (breaks[place - 1] ?? 0) + 1, end)
      .map((token) => (token.length === 2 ? token.charAt(1) : token))
      .join(''),
  );
};

const parseBounds = (value: unknown, path: string): Bound[] => {
  if (!Array.isArray(value) || (value.length !== 2 && value.length !== 4)) {
    throw new PatternError(path, '`numeric` takes one or two comparisons, such as [">", 0, "<=", 5]');
  }
  const bounds: Bound[] = [];
  for (let at = 0; at < value.length; at += 2) {
    const is = numericOperators.find((operator) => operator === value[at]);
    const number: unknown = value[at + 1];
    if (is === undefined)
      throw new PatternError(path, `\`numeric\` takes the operators ${numericOperators.join(', ')}`);
    if (typeof number !== 'number' || Math.abs(number) > maxNumber) {
      throw new PatternError(path, '`numeric` takes numbers between -5,000,000,000 and 5,000,000,000');
    }
    bounds.push({ is, value: number });
  }
  const [first, second] = bounds;
  if (second && !(first?.is.startsWith('>') && second.is.startsWith('<'))) {
    throw new PatternError(path, '`numeric` takes a lower bound first, then an upper one');
  }
  return bounds;
};

const parseCidr = (value: unknown, path: string): ValueTest => {
  const [address = '', length = ''] = typeof value === 'string' ? value.split('/') : [];
  const [family, bits] = isIP(address) === 6 ? (['ipv6', 128] as const) : (['ipv4', 32] as const);
  if (isIP(address) === 0 || !/^\d{1,3}$/.test(length) || Number(length) > bits) {
    throw new PatternError(path, '`cidr` takes a block such as 10.0.0.0/24');
  }
  const block = new BlockList();
  block.addSubnet(address, Number(length), family);
  return { op: 'cidr', family, block };
};

const parseExcluded = (value: unknown, path: string): ValueTest[] => {
  if (isObject(value)) {
    const [entry, ...more] = Object.entries(value);
    if (!entry || more.length > 0) throw new PatternError(path, '`anything-but` takes one operator');
    const [operator, excluded] = entry;
    if (!['prefix', 'suffix', 'wildcard', 'equals-ignore-case'].includes(operator)) {
      throw new PatternError(path, `\`anything-but\` cannot be combined with \`${operator}\``);
    }
    return listOf(excluded, path).map((each) => parseTest({ [operator]: each }, path));
  }
  const values = listOf(value, path);
  const kinds = new Set(values.map((each) => typeof each));
  if (kinds.size !== 1 || !(kinds.has('string') || kinds.has('number'))) {
    throw new PatternError(path, '`anything-but` takes strings or numbers, not both');
  }
  return values.map((each) => parseTest(each, path));
};

const listOf = (value: unknown, path: string): unknown[] => {
  if (!Array.isArray(value)) return [value];
  if (value.length === 0) throw new PatternError(path, '`anything-but` takes at least one value');
  return value;
};

/** A pattern as people write it: an object with the fields of the event. */
export const PatternJson = z
  .record(z.string().max(100), z.unknown())
  .superRefine((pattern, check) => {
    try {
      parsePattern(pattern);
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      check.addIssue({ code: 'custom', message: `${error.path === '' ? 'the pattern' : error.path} ${error.message}` });
    }
  })
  .meta({
    id: 'EventPattern',
    description:
      'A pattern in the [language of Amazon ' +
      'EventBridge](https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html), matched ' +
      "against the event's fields: `id`, `schemaVersion`, `workspaceId`, `entityId`, `entityVersion`, `occurredAt`, " +
      "`actor`, `correlationId`, `chain` and `data` (the event's own fields, which webhooks deliver as `data.details`). " +
      'All named fields must match. A field takes ' +
      'a list, of which one item must match: a value, or one of the operators `prefix`, `suffix`, `wildcard`, ' +
      '`equals-ignore-case`, `anything-but`, `exists`, `numeric` and `cidr`. `$or` takes a list of patterns. At most ' +
      `${maxCharacters} characters`,
    examples: [
      { data: { accountId: ['acc_01KATJ9V5H8Q3M4N5P6R7S8T9V'] } },
      { data: { metrics: { likes: [{ numeric: ['>=', 100] }] } } },
      { entityId: ['fed_01KATJ9V5H8Q3M4N5P6R7S8T9V'], data: { title: [{ wildcard: '*sale*' }] } },
    ],
  });
