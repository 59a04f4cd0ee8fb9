import * as z from 'zod';
import { DomainError, type FieldError } from '#shared/errors.ts';
import { type Post, SentParts } from '../domain/post.ts';
import { type Template, type Variable, VariableName, type VariableValue } from '../domain/template.ts';

type Written = Pick<Template, 'parts' | 'variables'>;
type Values = Readonly<Record<string, VariableValue>>;

/** `{{name}}`, with or without inner blanks. */
const placeholder = /\{\{([^{}]*)\}\}/g;

/** Maximum number of placeholders in a template: it bounds what values can make of it. */
const maxPlaceholders = 200;

/**
 * Maximum size of a template as JSON in UTF-8, in bytes: an item has at most 400 KB, and so has the response that is
 * kept for an Idempotency-Key (AWS: DynamoDB quotas).
 */
const maxBytes = 350_000;

const namesIn = (text: string): string[] => Array.from(text.matchAll(placeholder), ([, name = '']) => name.trim());

/**
 * Asserts that a template can be filled: each placeholder is well-formed and names a variable, and each variable is
 * declared once, with a default within its bounds.
 * @throws DomainError `template_too_large`, or `invalid_template` with every fault
 */
export const assertFillable = ({ parts, variables }: Written): void => {
  const bytes = Buffer.byteLength(JSON.stringify({ parts, variables }));
  if (bytes > maxBytes) {
    const said = `A template may have ${maxBytes} bytes as JSON (texts and variables); this one has ${bytes}.`;
    throw new DomainError('unprocessable', 'template_too_large', said);
  }
  const declared = new Set(variables.map(({ name }) => name));
  const inTexts = parts.flatMap(({ text }, place): FieldError[] => {
    const path = `body.parts.${place}.text`;
    const unknown = [...new Set(namesIn(text))].filter((name) => !declared.has(name));
    const faults = unknown.map((name) =>
      VariableName.safeParse(name).success
        ? fault(path, 'unknown_variable', `contains {{${name}}}, which is not a variable of the template`)
        : fault(path, 'malformed_placeholder', 'contains {{ }} around an invalid name'),
    );
    const isOpen = /\{\{|\}\}/.test(text.replace(placeholder, ' '));
    return isOpen
      ? [...faults, fault(path, 'malformed_placeholder', 'contains {{ or }} without its counterpart')]
      : faults;
  });
  const inVariables = variables.flatMap((variable, place) => {
    const path = `body.variables.${place}`;
    const isTwice = variables.findIndex(({ name }) => name === variable.name) !== place;
    return isTwice
      ? [fault(`${path}.name`, 'variable_twice', `duplicates the variable ${variable.name}`)]
      : variableFaults(variable, path);
  });
  const count = parts.reduce((sum, { text }) => sum + namesIn(text).length, 0);
  const tooMany = `have ${count} placeholders; the limit is ${maxPlaceholders}`;
  const faults = [...inTexts, ...inVariables];
  if (count > maxPlaceholders) faults.push(fault('body.parts', 'too_many_placeholders', tooMany));
  if (faults.length > 0) {
    throw new DomainError(
      'unprocessable',
      'invalid_template',
      'The template is invalid. Correct what `fields` names.',
      {
        fields: faults,
      },
    );
  }
};

const variableFaults = (variable: Variable, path: string): FieldError[] => {
  if (variable.type === 'number' && variable.min !== null && variable.max !== null && variable.min > variable.max) {
    return [fault(`${path}.max`, 'invalid_bounds', 'is below min')];
  }
  if (variable.default === null) return [];
  const why = misfit(variable, variable.default);
  return why === undefined ? [] : [fault(`${path}.default`, 'invalid_value', why)];
};

/**
 * Fills the values into the parts. Braces in a value are only braces.
 * @throws DomainError `invalid_values` with each variable that is missing, unknown or does not fit, or if the text
 *   becomes too long
 */
export const fill = ({ parts, variables }: Written, values: Values): Post['parts'] => {
  const known = new Set(variables.map(({ name }) => name));
  const faults = Object.keys(values)
    .filter((name) => !known.has(name))
    .map((name) => fault(`body.values.${name}`, 'unknown_variable', 'is not a variable of this template'));
  const shown = new Map<string, string>();
  for (const variable of variables) {
    const { name } = variable;
    const value = (Object.hasOwn(values, name) ? values[name] : undefined) ?? variable.default;
    const why = value === null ? undefined : misfit(variable, value);
    if (value === null && variable.isRequired) {
      faults.push(fault(`body.values.${name}`, 'missing_variable', 'is required'));
    }
    if (why !== undefined) faults.push(fault(`body.values.${name}`, 'invalid_value', why));
    shown.set(name, value === null ? '' : textOf(value));
  }
  if (faults.length > 0) {
    throw new DomainError(
      'unprocessable',
      'invalid_values',
      'The template cannot be filled in with these values. Correct what `fields` names.',
      {
        fields: faults,
      },
    );
  }
  const put = (text: string): string => text.replace(placeholder, (_, name: string) => shown.get(name.trim()) ?? '');
  const filled = SentParts.safeParse(parts.map((part) => ({ ...part, text: put(part.text) })));
  if (filled.success) return filled.data;
  const fields = [fault('body.values', 'text_too_long', 'make the text longer than a post may be')];
  throw new DomainError('unprocessable', 'invalid_values', 'The text is too long with these values. Shorten them.', {
    fields,
  });
};

const longestAddress = 2048;
/** Scheme and host as written: without a user name and password, which would hide the target. */
const httpAddress = /^https?:\/\/[^\s\\/?#@%]+(?:[/?#][^\s\p{Cc}]*)?$/iu;
/**
 * A DNS name in ASCII; names in use have underscores as well (RFC 2181, section 11). No IP address: X does not link
 * them.
 */
const dnsName = /^(?=.{4,254}$)(?:\w(?:[\w-]{0,61}\w)?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,58}[a-z0-9])\.?$/;

/** An http(s) URL in any script: its host is what the WHATWG URL Standard makes of it (IDNA, ports). */
const isAddress = (value: string): boolean =>
  value.length <= longestAddress && httpAddress.test(value) && dnsName.test(URL.parse(value)?.hostname ?? '');

/** Why the value does not fit the variable; undefined if it does. */
const misfit = (variable: Variable, value: VariableValue): string | undefined => {
  if (variable.type === 'number') {
    if (typeof value !== 'number') return 'must be a number';
    const { min, max } = { min: variable.min ?? -1e12, max: variable.max ?? 1e12 };
    return value >= min && value <= max ? undefined : `must be between ${min} and ${max}`;
  }
  if (typeof value !== 'string') return 'must be a string';
  switch (variable.type) {
    case 'text':
      return value.length <= variable.maxLength ? undefined : `must have at most ${variable.maxLength} characters`;
    case 'date':
      return z.iso.date().safeParse(value).success ? undefined : 'must be a date such as 2026-12-24';
    case 'url':
      return isAddress(value) ? undefined : 'must be an http(s) URL';
    case 'choice':
      return variable.options.includes(value) ? undefined : 'must be one of the options';
  }
};

const plain = new Intl.NumberFormat('en-US', { useGrouping: false, maximumFractionDigits: 6 });
const textOf = (value: VariableValue): string => (typeof value === 'number' ? plain.format(value) : value);

const fault = (path: string, code: string, message: string): FieldError => ({ path, code, message });
