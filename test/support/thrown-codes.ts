import { basename } from 'node:path';
import ts from 'typescript';

/** An error code that a source file throws; `code` is a pattern if it is composed, like `post_${status}`. */
export interface Thrown {
  kind: string;
  code: RegExp;
  path: string;
}

/** A function that creates a DomainError with a code, or a kind, that its callers pass. */
interface Builder {
  path: string;
  name: string;
  kind: number | string;
  code: number;
  /** The thrown code for the code that a caller passes. */
  written: (code: string) => string;
}

const walk = (node: ts.Node, visit: (node: ts.Node) => void): void => {
  visit(node);
  ts.forEachChild(node, (child) => {
    walk(child, visit);
  });
};

/** The possible values of an expression, as patterns; undefined if the source does not show them. */
const patternsOf = (expression: ts.Expression): string[] | undefined => {
  if (ts.isStringLiteralLike(expression)) return [expression.text];
  if (ts.isConditionalExpression(expression)) {
    const [one, other] = [patternsOf(expression.whenTrue), patternsOf(expression.whenFalse)];
    return one && other && [...one, ...other];
  }
  if (!ts.isTemplateExpression(expression)) return undefined;
  return [expression.head.text + expression.templateSpans.map(({ literal }) => `\\w+${literal.text}`).join('')];
};

interface Enclosing {
  name: string;
  parameters: readonly ts.ParameterDeclaration[];
}

/** The named functions around a node, innermost first. */
const around = (node: ts.Node): Enclosing[] => {
  const found: Enclosing[] = [];
  for (let at = node.parent; !ts.isSourceFile(at); at = at.parent) {
    if (ts.isArrowFunction(at) && ts.isVariableDeclaration(at.parent)) {
      found.push({ name: at.parent.name.getText(), parameters: at.parameters });
    } else if (ts.isFunctionDeclaration(at)) found.push({ name: at.name?.text ?? '', parameters: at.parameters });
  }
  return found;
};

const parametersNamed = (expression: ts.Expression, { parameters }: Enclosing): number =>
  parameters.findIndex(({ name }) => name.getText() === expression.getText());

/** Whether it is the `code` of a bound (shared/bound.ts), next to `said`: the code that sets the bound names it. */
const isOfBound = (code: ts.Expression): boolean => {
  if (code.getText().endsWith('.code')) return true;
  let body: ts.Node = code;
  while (!ts.isArrowFunction(body) && !ts.isMethodDeclaration(body) && !ts.isSourceFile(body)) body = body.parent;
  return code.getText() === 'code' && /\bcode, said\b[^{}]*\}\s*[=:]/.test(body.getText());
};

/** The codes of faults that are found before they are thrown: objects with a code, a field and a message. */
const faultsIn = (files: readonly { tree: ts.SourceFile }[]): string[] => {
  const codes: string[] = [];
  for (const { tree } of files) {
    walk(tree, (node) => {
      if (!ts.isObjectLiteralExpression(node)) return;
      const names = node.properties.map((property) => property.name?.getText());
      if (!['code', 'field', 'message'].every((name) => names.includes(name))) return;
      const code = node.properties.find((property) => property.name?.getText() === 'code');
      if (code && ts.isPropertyAssignment(code)) codes.push(...(patternsOf(code.initializer) ?? []));
    });
  }
  return codes;
};

/**
 * Every error code that these sources throw, with its kind.
 * @throws Error for a code that the sources do not name: this reader does not know how that error is created
 */
export const thrownCodes = (sources: Readonly<Record<string, string>>): Thrown[] => {
  const files = Object.entries(sources).map(([path, text]) => ({
    path,
    text,
    tree: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true),
  }));
  const thrown: Thrown[] = [];
  const builders: Builder[] = [];
  const put = (path: string, kind: string, codes: readonly string[]): void => {
    for (const code of codes) thrown.push({ path, kind, code: new RegExp(`^${code}$`) });
  };

  for (const { path, tree } of files) {
    walk(tree, (node) => {
      if (!ts.isNewExpression(node) || node.expression.getText() !== 'DomainError') return;
      const [kind, code] = node.arguments ?? [];
      if (!kind || !code) return;
      const functions = around(node);
      const codes = patternsOf(code);
      const [kinds] = patternsOf(kind) ?? [];
      if (codes && kinds !== undefined && !/what/.test(code.getText())) {
        put(path, kinds, codes);
        return;
      }
      // Rethrows an error with other fields.
      if (code.getText() === 'error.code') return;
      const isNotFound = /^`\$\{what\./.test(code.getText());
      const builder = functions.find((each) => isNotFound || parametersNamed(code, each) >= 0);
      if (builder) {
        builders.push({
          path,
          name: builder.name,
          kind: kinds ?? parametersNamed(kind, builder),
          code: isNotFound ? 0 : parametersNamed(code, builder),
          written: (each) => (isNotFound ? `${each.replaceAll(' ', '_')}_not_found` : each),
        });
        return;
      }
      if (!isOfBound(code)) throw new Error(`${path} throws a code that it does not name: ${node.getText()}`);
    });
  }

  for (const { path, text, tree } of files) {
    const callable = builders.filter(
      (builder) =>
        builder.path === path ||
        new RegExp(`import [^;]*\\b${builder.name}\\b[^;]*/${basename(builder.path).replace('.', '\\.')}'`).test(text),
    );
    walk(tree, (node) => {
      // A bound limits a count, or a count per day.
      if (ts.isPropertyAssignment(node) && node.name.getText() === 'code' && /\bsaid\b/.test(node.parent.getText())) {
        for (const kind of ['conflict', 'rate-limited']) put(path, kind, patternsOf(node.initializer) ?? []);
      }
      if (!ts.isCallExpression(node)) return;
      for (const builder of callable.filter(({ name }) => name === node.expression.getText())) {
        const code = node.arguments[builder.code];
        const kind = typeof builder.kind === 'string' ? builder.kind : node.arguments[builder.kind];
        const [kinds] = typeof kind === 'string' ? [kind] : ((kind && patternsOf(kind)) ?? []);
        // Faults of a file are found apart from their refusal, as `{ code, field, message }`.
        const codes = code?.getText().endsWith('.code') === true ? faultsIn(files) : code && patternsOf(code);
        if (codes && kinds !== undefined) put(path, kinds, codes.map(builder.written));
        else if (!callable.some(({ name }) => around(node).some((each) => each.name === name))) {
          throw new Error(`${path} names no code: ${node.getText()}`);
        }
      }
    });
  }
  return thrown;
};
