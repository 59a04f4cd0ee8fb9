import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { allEvents } from '#infra/event-schemas.ts';
import { keptItems, namesPath, namesText, namesToMask, registerPath, registerText } from '#infra/personal-data.ts';
import { fieldsOf, namesPerson, saidOf, soundsPersonal } from '#infra/personal-fields.ts';
import { PersonId } from '#shared/ids.ts';
import { personal, personalData } from '#shared/privacy/personal-data.ts';

const items = await keptItems();
const said = { why: 'to try', keptFor: 'a day' };

/** Fields of items that are named like personal data, and why they hold none. */
const notPersonal: Readonly<Record<string, string>> = {
  'analytics/Report.definition.period.to': 'the end of a period',
  'analytics/Report.period.to': 'the end of a period',
  'analytics/SavedReport.definition.period.to': 'the end of a period',
  'campaigns/Campaign.lastStep.to': 'a status of a campaign',
  'campaigns/Campaign.name': 'what a campaign is called',
  'campaigns/Campaign.experiment.variants.name': 'what a variant is called',
  'campaigns/Automation.name': 'what an automation is called',
  'campaigns/AutomationRun.acting.name': 'what a step is called',
  ...Object.fromEntries(
    ['', 'then.', 'otherwise.', 'then.then.', 'then.otherwise.', 'otherwise.then.', 'otherwise.otherwise.'].flatMap(
      (within) => [
        [`campaigns/Automation.steps.${within}name`, 'what a step is called'],
        [`campaigns/Automation.steps.${within}subject`, 'the subject of an email'],
      ],
    ),
  ),
  'campaigns/Slot.reasons.name': 'what a blackout is called',
  'campaigns/Slot.reasons.to': 'the end of a blackout',
  'campaigns/Step.to': 'a status of a campaign',
  'analytics/KeptInsight.subject': 'an account or a campaign',
  'analytics/KeptInsight.answer.subject': 'an account or a campaign',
  'analytics/KeptInsight.answer.method.name': 'what a method is called',
  'analytics/KeptInsight.answer.insights.subject': 'an account or a campaign',
  'analytics/KeptInsight.answer.insights.method.name': 'what a method is called',
  'analytics/KeptInsight.answer.insights.evidence.numbers.name': 'what a number is',
  'platform/Feed.name': 'what a feed is called',
  'platform/Hook.name': 'what a hook is called',
  'posts/Template.name': 'what a template is called',
  'posts/Template.variables.name': 'what a variable is called',
  'posts/Media.subtitles.name': 'what a track of subtitles is called',
  'users/Workspace.name': 'what a team calls itself',
  'users/ServiceAccount.name': 'what a machine is called',
  'users/ServiceAccount.allowedAddresses': 'networks of machines',
  'users/ServiceAccount.subject': "the user pool's name of a machine",
  'users/AuditExport.to': 'the end of a period',
  'users/ComplianceReport.to': 'the end of a period',
  'users/ErasedPerson.subject': "what the user pool's name of somebody was, of whom nothing else is kept",
  'users/ErasedPerson.report.networks': 'a number',
};

/** Fields of events that are personal data, or named like it, and why events must have them. */
const toldAnyway: Readonly<Record<string, string>> = {
  'account.connected: username': 'the public name of an account on X, which the audit trail names it by',
  'account.connected: xUserId': 'the public id of an account on X',
  'automation.changed: name': 'what an automation is called, which the audit trail names it by',
  'automation.deleted: name': 'as of automation.changed',
  'automation.run_ended: name': 'as of automation.changed',
  'automation.switched: name': 'as of automation.changed',
  'mention.received: xAuthorId': 'the public id of who asks for a reply: without it no automation can tell them apart',
  'reply.received: xAuthorId': 'as of mention.received',
  'quote.received: xAuthorId': 'as of mention.received',
  'repost.received: xAuthorId': 'as of mention.received',
  'campaign.changed: name': 'what a campaign is called, which reports name it by',
  'campaign.created: name': 'as of campaign.changed',
  'workspace.settings_changed: allowedMentions': 'public names on X, which posts are checked against',
  'workspace.settings_changed: previous.allowedMentions': 'as allowedMentions',
  'audit.export_requested: to': 'the end of a period',
  'compliance.report_requested: to': 'the end of a period',
  'post.published: format.parts': 'how many parts a thread has, not the parts',
  'security.alert: network': 'a network, never a whole address: the audit trail tells where an attack came from',
  'attempt.refused: network': 'as of security.alert',
  'user.login: network': 'as of security.alert',
};

describe('the register of personal data', () => {
  test('is committed and up to date with the schemas (node infra/personal-data.ts writes it)', () => {
    expect(readFileSync(registerPath, 'utf8')).toBe(registerText(items));
    expect(readFileSync(namesPath, 'utf8')).toBe(namesText(items));
  });

  test('names each item once, including items of users, accounts, posts, campaigns and analytics', () => {
    const names = items.map(({ context, name }) => `${context}/${name}`);
    expect(new Set(names).size).toBe(names.length);
    const expected = ['users/Person', 'users/Challenge', 'accounts/Account', 'posts/Comment', 'campaigns/Campaign'];
    expect(names).toEqual(expect.arrayContaining([...expected, 'analytics/TrackedPost']));
  });

  test('has every field that is named like personal data, except those listed with a reason', () => {
    const unmarked = items.flatMap(({ context, name: item, schema }) =>
      fieldsOf(schema)
        .filter((field) => soundsPersonal(field) && !saidOf(field))
        .map(({ path }) => `${context}/${item}.${path}`),
    );
    expect([...new Set(unmarked)].sort()).toEqual(Object.keys(notPersonal).sort());
  });

  test.each([
    'email',
    'workEmail',
    'name',
    'displayName',
    'sourceIp',
    'userAgent',
    'phone',
    'username',
    'device',
    'network',
    'billingAddress',
  ])('recognises %s as personal data by its name', (name) => {
    const [field] = fieldsOf(z.object({ [name]: z.string().nullable() }));
    expect(field && soundsPersonal(field)).toBe(true);
  });

  test('does not recognise names that merely end like personal data', () => {
    const fields = fieldsOf(z.object({ status: z.string(), monthlyBudget: z.int(), skip: z.string(), total: z.int() }));
    expect(fields.filter(soundsPersonal)).toEqual([]);
  });
});

describe('a field that is marked', () => {
  test('is found in lists, unions, records and defaults, under its path', () => {
    const Inner = z.object({ phone: personal(z.string(), said) });
    const schema = z.object({
      list: z.array(Inner).default([]),
      choice: z.union([z.object({ a: Inner.nullable() }), z.object({ b: z.string() })]),
      byKey: z.record(z.string(), Inner),
      wrapped: personal(z.string(), said).nullable().default(null),
    });
    const marked = fieldsOf(schema).filter(saidOf);
    expect(marked.map(({ path }) => path)).toEqual(['list.phone', 'choice.a.phone', 'byKey.phone', 'wrapped']);
    expect(marked.map(saidOf)).toEqual([said, said, said, said]);
  });

  test('does not mark other uses of its schema and does not change its JSON schema', () => {
    const Shared = z.string().meta({ description: 'An address' });
    const marked = personal(Shared, said);
    expect(personalData.get(Shared)).toBeUndefined();
    expect(z.toJSONSchema(marked)).toEqual(z.toJSONSchema(Shared));
  });

  test('differs from an id of a person, which namesPerson recognises', () => {
    const schema = z.object({
      by: PersonId.nullable(),
      described: PersonId.meta({ description: 'x' }),
      id: z.string(),
    });
    expect(fieldsOf(schema).map(namesPerson)).toEqual([true, true, false]);
  });
});

test('no event carries personal data except for fields that are listed with a reason', () => {
  const masked = new Set(namesToMask(items));
  const told = allEvents.flatMap(({ type, data }) =>
    fieldsOf(data)
      .filter((field) => saidOf(field) !== undefined || masked.has(field.name) || soundsPersonal(field))
      .map(({ path }) => `${type}: ${path}`),
  );
  expect(told.sort()).toEqual(Object.keys(toldAnyway).sort());
});
