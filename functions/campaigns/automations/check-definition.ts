import { mayHaveDone } from '#events/automation-steps.ts';
import publicFields from '#events/public-fields.json' with { type: 'json' };
import { DomainError, type FieldError } from '#shared/errors.ts';
import { knownTimeZone } from '#shared/http/time-zone.ts';
import type { Role } from '#shared/permissions.ts';
import { firstRunAfter } from '#shared/recurrence/next-run.ts';
import type { Deps } from '../deps.ts';
import { allSteps, automationScheduleUse, type Definition, heardTypes } from '../domain/automation.ts';
import { type Action, type Comparison, placeholder, type Step } from '../domain/automation-step.ts';
import { impossibleIn } from '../domain/can-hold.ts';
import { isWithin } from '../domain/match-pattern.ts';
import { parsePattern } from '../domain/parse-pattern.ts';
import { knownTemplates } from '../read-content.ts';

const maxSteps = 50;

/** No event has deeper fields. */
const deepestField = 8;

type Needed = Pick<Deps, 'content' | 'now' | 'patience'>;

/**
 * Rejects what could never work: a condition that cannot hold, a field that the event does not have, a missing template
 * or template value, or a step that the role does not permit.
 * @param answering role of whoever the automation acts for; undefined while it is off
 * @throws DomainError `invalid_automation`, whose fields say what to fix; `invalid_schedule`
 */
export const checkDefinition = async (
  deps: Needed,
  { workspaceId }: { workspaceId: string },
  definition: Definition,
  answering?: Role,
): Promise<void> => {
  const { trigger } = definition;
  if (trigger.kind === 'schedule') {
    firstRunAfter(trigger.schedule, knownTimeZone(trigger.timeZone), deps.now(), automationScheduleUse);
  }
  const found = [
    ...impossibilities(definition),
    ...(answering === undefined ? [] : forbiddenSteps(definition, answering)),
    ...(await templateProblems(deps, workspaceId, definition)),
  ];
  if (found.length === 0) return;
  const said = 'The automation cannot work as defined; `fields` lists what to fix.';
  throw new DomainError('unprocessable', 'invalid_automation', said, { fields: found.slice(0, 50) });
};

const problem = (path: string, code: string, message: string): FieldError => ({ path: `body.${path}`, code, message });

/** Steps that the role does not permit; every run would fail at them. */
const forbiddenSteps = ({ steps }: Definition, role: Role): FieldError[] =>
  inSteps(steps, 'steps', (step, path) =>
    step.kind === 'branch' || step.kind === 'wait' || step.kind === 'stop' || mayHaveDone(role, step.kind)
      ? []
      : [
          problem(
            path,
            'role_lacks_permission',
            'needs a permission that your role lacks: someone else must switch the automation on',
          ),
        ],
  );

/** Problems in the definition itself. */
export const impossibilities = (definition: Definition): FieldError[] => {
  const { trigger, condition, steps } = definition;
  const all = allSteps(steps);
  // Filled in execution order while the steps are checked.
  const before: Action[] = [];
  const schema = eventSchema(heardTypes(definition));
  const patternIn = (pattern: unknown, path: string): FieldError[] => {
    if (pattern === null || pattern === undefined) return [];
    if (!schema) return [problem(path, 'no_event', 'needs an event, but a schedule has none')];
    return impossibleIn(parsePattern(pattern), schema).map((found) =>
      problem(path, 'never_holds', `can never match: ${found.path} ${found.message}`),
    );
  };
  const metricsIn = (comparisons: readonly Comparison[], path: string): FieldError[] => [
    ...emptyIntervals(comparisons, path),
    ...(comparisons.length === 0 || isAboutPost(definition) || before.some(makesPost)
      ? []
      : [
          problem(
            path,
            'no_post',
            'compares metrics of a post, but neither the event nor an earlier named step provides one',
          ),
        ]),
  ];
  return [
    ...(all.length > maxSteps
      ? [problem('steps', 'too_many_steps', `must have at most ${maxSteps} steps in total`)]
      : []),
    ...(trigger.kind === 'schedule' ? [] : patternIn(trigger.pattern, 'trigger.pattern')),
    ...patternIn(condition?.pattern, 'condition.pattern'),
    ...metricsIn(condition?.metrics ?? [], 'condition.metrics'),
    ...inSteps(steps, 'steps', (step, path) => {
      const found = [
        ...(step.kind === 'branch'
          ? [
              ...patternIn(step.condition.pattern, `${path}.condition.pattern`),
              ...metricsIn(step.condition.metrics, `${path}.condition.metrics`),
            ]
          : []),
        ...(step.kind === 'notify' && step.roles.length + step.people.length === 0
          ? [problem(path, 'nobody', 'must name roles or people')]
          : []),
        ...pathsIn(step).flatMap((at) => {
          const why = unfillable(at, schema, before);
          return why === undefined ? [] : [problem(path, 'unknown_field', why)];
        }),
        ...(textsIn(step).some((text) => text.replace(placeholder, '').includes('{{'))
          ? [
              problem(
                path,
                'malformed_placeholder',
                'contains {{ that does not start a placeholder such as {{data.title}}',
              ),
            ]
          : []),
      ];
      if (step.kind !== 'branch') before.push(step);
      return found;
    }),
  ];
};

const isAboutPost = (definition: Definition): boolean => heardTypes(definition)?.startsWith('post.') ?? false;

const nameOf = (step: Action): string | undefined => ('name' in step ? step.name : undefined);

const makesPost = (step: Action): boolean => 'templateId' in step && nameOf(step) !== undefined;

/** JSON Schema of an event's fields; undefined without an event. */
const eventSchema = (type: string | undefined): unknown =>
  type === undefined ? undefined : new Map<string, unknown>(Object.entries(publicFields)).get(type);

/** Whether the event can have the field: an `exists` pattern for it must be possible. */
const hasField = (schema: unknown, path: string): boolean => {
  if (path.split('.').length > deepestField) return false;
  const pattern = path.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), [{ exists: true }]);
  return impossibleIn(parsePattern(pattern), schema).length === 0;
};

const inSteps = (
  steps: readonly Step[],
  path: string,
  look: (step: Step, path: string) => FieldError[],
): FieldError[] =>
  steps.flatMap((step, index) => {
    const at = `${path}.${index}`;
    const found = look(step, at);
    if (step.kind !== 'branch') return found;
    return [...found, ...inSteps(step.then, `${at}.then`, look), ...inSteps(step.otherwise, `${at}.otherwise`, look)];
  });

/** Texts of a step itself, without those of steps within a branch, which are checked separately. */
const textsIn = (step: Step): string[] => {
  const texts: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value === 'string') texts.push(value);
    if (typeof value === 'object' && value !== null) Object.values(value).forEach(visit);
  };
  visit(step.kind === 'branch' ? {} : step);
  return texts;
};

/** Paths of the placeholders in a step. */
const pathsIn = (step: Step): string[] => [
  ...new Set(textsIn(step).flatMap((text) => Array.from(text.matchAll(placeholder), ([, path = '']) => path))),
];

/** Why a placeholder can never have a value; undefined if it can. */
const unfillable = (path: string, schema: unknown, before: readonly Action[]): string | undefined => {
  const [first, name = ''] = path.split('.');
  if (first === 'made')
    return before.some((step) => nameOf(step) === name)
      ? undefined
      : `uses \`${path}\`, but no earlier step has this name`;
  if (!schema) return `uses \`${path}\`, but a schedule has no event`;
  return hasField(schema, path) ? undefined : `uses \`${path}\`, which this event does not have`;
};

/** Metrics whose comparisons no number satisfies. */
const emptyIntervals = (comparisons: readonly Comparison[], path: string): FieldError[] =>
  [...Map.groupBy(comparisons, ({ metric }) => metric)].flatMap(([metric, those]) => {
    const values = [...new Set(those.flatMap(({ value }) => [value, value - 0.5, value + 0.5]))];
    const passes = (number: number): boolean => those.every((comparison) => isWithin(comparison, number));
    return values.some((value) => value >= 0 && passes(value))
      ? []
      : [problem(path, 'never_holds', `can never hold: no value of ${metric} meets all comparisons`)];
  });

const templateProblems = async (deps: Needed, workspaceId: string, { steps }: Definition): Promise<FieldError[]> => {
  const uses = inTemplates(steps, 'steps');
  if (uses.length === 0) return [];
  const templateIds = [...new Set(uses.map(({ templateId }) => templateId))];
  const known = new Map((await knownTemplates(deps, workspaceId, templateIds)).map((each) => [each.templateId, each]));
  return uses.flatMap(({ path, templateId, values }) => {
    const template = known.get(templateId);
    if (!template) return [problem(`${path}.templateId`, 'template_not_found', 'is not a template of this workspace')];
    const missing = template.requiredVariables.filter((name) => !Object.hasOwn(values, name));
    const unknown = Object.keys(values).filter((name) => template.variables?.includes(name) === false);
    return [
      ...missing.map((name) => problem(`${path}.values`, 'value_missing', `must have a value for \`${name}\``)),
      ...unknown.map((name) =>
        problem(`${path}.values`, 'unknown_variable', `has \`${name}\`, which is not a variable of the template`),
      ),
    ];
  });
};

const inTemplates = (
  steps: readonly Step[],
  path: string,
): { path: string; templateId: string; values: Readonly<Record<string, unknown>> }[] =>
  steps.flatMap((step, index) => {
    const at = `${path}.${index}`;
    if (step.kind === 'branch')
      return [...inTemplates(step.then, `${at}.then`), ...inTemplates(step.otherwise, `${at}.otherwise`)];
    return 'templateId' in step ? [{ path: at, templateId: step.templateId, values: step.values }] : [];
  });
