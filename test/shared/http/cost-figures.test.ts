import { expect, test } from 'vitest';
import * as z from 'zod';
import { allOperations } from '#infra/openapi.ts';
import { asksForSignIn, type Operation } from '#shared/http/operation.ts';
import { mayDo, Role } from '#shared/permissions.ts';

/** Names of costs and budgets. */
const figure = /micros|cost|budget|spent|price|surcharge|charge|usd|dollar/i;

/**
 * Operations that show a figure only to callers who may read usage and omit it for others; each is tried as an editor or
 * analyst in the tests of its context. Whoever creates a workspace owns it.
 */
const leaveOut: Readonly<Record<string, readonly string[]>> = {
  getWorkspace: ['settings.monthlyBudgetMicros', 'settings.monthlyReadBudgetMicros'],
  getMyWorkspace: ['settings.monthlyBudgetMicros', 'settings.monthlyReadBudgetMicros'],
  createWorkspace: ['settings.monthlyBudgetMicros', 'settings.monthlyReadBudgetMicros'],
  measureTexts: ['cost'],
  getReceipt: ['receipt.costMicros'],
  createCampaign: ['budget'],
  replaceCampaignPlan: ['budget'],
  editCampaignPlan: ['budget'],
  importCampaignBlackouts: ['campaign.budget'],
  listCampaigns: ['items.budget'],
  getCampaign: ['budget'],
  changeCampaign: ['budget'],
  checkCampaign: ['budget'],
  cloneCampaign: ['budget'],
  putCampaignExperiment: ['budget'],
  deleteCampaignExperiment: ['budget'],
  rehearseCampaign: ['slots.costMicros', 'spent'],
  getLaunchReport: ['cost', 'forecast.total.micros', 'forecast.withinCap.micros'],
  submitCampaign: ['budget'],
  reviseCampaign: ['budget'],
  archiveCampaign: ['budget'],
  getPerformanceOverview: ['costs', 'previous.costs'],
  getCampaignPerformance: ['costs', 'budget'],
};

type Schema = Readonly<Record<string, unknown>>;
const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null;

/** Fields of a reply that are named like a figure, without the fields inside them. */
const figuresOf = ({ response }: Operation): { path: string; isOptional: boolean }[] => {
  const root = z.toJSONSchema(response, { io: 'output', unrepresentable: 'any' });
  const found: { path: string; isOptional: boolean }[] = [];
  const walk = (schema: unknown, path: readonly string[], seen: readonly string[], isIn = false): void => {
    if (Array.isArray(schema)) {
      for (const each of schema) walk(each, path, seen, isIn);
      return;
    }
    if (!isSchema(schema)) return;
    const { $ref: ref, properties, required } = schema;
    if (typeof ref === 'string' && !seen.includes(ref)) {
      const meant = ref
        .split('/')
        .slice(1)
        .reduce<unknown>((at, name) => (isSchema(at) ? at[name] : undefined), root);
      walk(meant, path, [...seen, ref], isIn);
    }
    for (const [name, inner] of Object.entries(isSchema(properties) ? properties : {})) {
      // A field inside an optional one is optional too.
      const isOptional = isIn || !(Array.isArray(required) && required.includes(name));
      if (figure.test(name)) found.push({ path: [...path, name].join('.'), isOptional });
      else walk(inner, [...path, name], seen, isOptional);
    }
    for (const part of ['items', 'anyOf', 'oneOf', 'allOf', 'additionalProperties'])
      walk(schema[part], path, seen, isIn);
  };
  walk(root, [], []);
  return found;
};

/** Whether everybody who may call the operation may read usage. */
const isForReadersOfUsage = ({ access }: Operation): boolean => {
  if (access === 'operator') return true;
  if (!asksForSignIn(access) || access === 'signed-in') return false;
  return Role.options.every((role) => !mayDo(role, access) || mayDo(role, 'usage:read'));
};

test('every cost or budget in a reply to callers who may not read usage is optional and listed here', () => {
  const told = allOperations
    .filter(({ operation }) => !isForReadersOfUsage(operation))
    .flatMap(({ operation }) => figuresOf(operation).map((found) => ({ id: operation.id, ...found })));
  expect(told.filter(({ isOptional }) => !isOptional)).toEqual([]);
  const byOperation: Record<string, string[]> = {};
  for (const { id, path } of told) (byOperation[id] ??= []).push(path);
  expect(byOperation).toEqual(leaveOut);
});

test('figures are found in replies that have them', () => {
  const find = (id: string) => allOperations.filter(({ operation }) => operation.id === id);
  for (const id of ['getUsage', 'getPostUsage', 'getPostCost', 'changeWorkspace']) {
    expect(find(id).flatMap(({ operation }) => figuresOf(operation)).length, id).toBeGreaterThan(0);
  }
});
