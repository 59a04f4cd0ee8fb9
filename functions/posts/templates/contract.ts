import * as z from 'zod';
import { change } from '#shared/change.ts';
import { capability } from '#shared/http/operation.ts';
import { AccountId, TemplateId } from '#shared/ids.ts';
import { pageOf, pageQuery } from '#shared/page.ts';
import { linkFaults, type PostErrors } from '../domain/error-codes.ts';
import { Part } from '../domain/post.ts';
import { maxTemplates, Template, templateFields, VariableName, VariableValue } from '../domain/template.ts';
import { PostView } from '../views.ts';
import { UtmFrom } from '../writing/contract.ts';

const operation = capability<PostErrors>({
  name: 'Templates',
  group: 'Content',
  description: 'Keep reusable posts with variables, and create posts from them.',
});

const onTemplate = z.strictObject({ templateId: TemplateId });
const largestBody = 1024 * 1024;

export const TemplateView = Template.omit({
  workspaceId: true,
  correlationId: true,
  chain: true,
  changedBy: true,
  createdBy: true,
}).meta({
  id: 'TemplateView',
});

/** A template as shown in lists. */
const TemplateSummary = TemplateView.omit({ parts: true, variables: true }).meta({ id: 'TemplateSummary' });

const Values = z
  .record(VariableName, VariableValue)
  .refine((values) => Object.keys(values).length <= 30, 'must have at most 30 variables')
  .default({})
  .meta({ description: 'Value of each variable, by its name; a variable left out has its default' });

export const createTemplate = operation({
  id: 'createTemplate',
  method: 'POST',
  path: '/v1/templates',
  summary: 'Create a template',
  access: 'posts:write',
  description:
    'A template is a post or thread with `{{name}}` placeholders for its variables. A workspace can have ' +
    `${maxTemplates.most} templates, at most half of them created by one person; each has at most 350,000 bytes as JSON.`,
  request: { body: z.strictObject(templateFields) },
  response: TemplateView,
  errors: {
    conflict: ['too_many_templates', 'too_many_own_templates', 'changed_meanwhile'],
    unprocessable: ['template_too_large', 'invalid_template'],
  },
  etag: true,
  maxBodyBytes: largestBody,
  location: '/v1/templates/{id}',
});

export const listTemplates = operation({
  id: 'listTemplates',
  method: 'GET',
  path: '/v1/templates',
  summary: 'List templates, newest first',
  access: 'posts:read',
  request: { query: pageQuery({}) },
  response: pageOf(TemplateSummary),
});

export const getTemplate = operation({
  id: 'getTemplate',
  method: 'GET',
  path: '/v1/templates/{templateId}',
  summary: 'Get a template',
  access: 'posts:read',
  request: { path: onTemplate },
  response: TemplateView,
  errors: { 'not-found': ['template_not_found'] },
  etag: true,
});

export const changeTemplate = operation({
  id: 'changeTemplate',
  method: 'PATCH',
  path: '/v1/templates/{templateId}',
  summary: 'Change a template',
  description: 'Posts created from it stay as they are.',
  access: 'posts:write',
  request: {
    path: onTemplate,
    body: change(templateFields),
  },
  response: TemplateView,
  errors: {
    'not-found': ['template_not_found'],
    conflict: ['changed_meanwhile'],
    unprocessable: ['template_too_large', 'invalid_template'],
  },
  ifMatch: 'required',
  maxBodyBytes: largestBody,
});

export const deleteTemplate = operation({
  id: 'deleteTemplate',
  method: 'DELETE',
  path: '/v1/templates/{templateId}',
  summary: 'Delete a template',
  description: 'Posts created from it stay.',
  access: 'posts:write',
  request: { path: onTemplate },
  errors: { 'not-found': ['template_not_found'], conflict: ['changed_meanwhile'] },
  ifMatch: 'optional',
});

export const previewTemplate = operation({
  id: 'previewTemplate',
  method: 'POST',
  path: '/v1/templates/{templateId}/preview',
  summary: 'Preview a template with values',
  description: 'Returns the filled-in parts with their length as X counts it. Nothing is saved.',
  access: 'posts:read',
  request: { path: onTemplate, body: z.strictObject({ values: Values }) },
  response: z
    .object({
      parts: z
        .array(Part.safeExtend({ weightedLength: z.int().meta({ description: 'Length as X counts it' }) }))
        .meta({ description: 'Filled-in parts, in thread order' }),
    })
    .meta({ id: 'TemplatePreview' }),
  status: 200,
  errors: { 'not-found': ['template_not_found'], unprocessable: ['invalid_values'] },
  idempotency: 'inherent',
  maxBodyBytes: largestBody,
  limit: 'costly',
});

export const useTemplate = operation({
  id: 'useTemplate',
  method: 'POST',
  path: '/v1/templates/{templateId}/use',
  summary: 'Create a draft from a template',
  access: 'posts:write',
  request: {
    path: onTemplate,
    body: z.strictObject({ accountId: AccountId, values: Values, utmFrom: UtmFrom.optional() }),
  },
  response: PostView,
  errors: {
    'not-found': ['template_not_found', 'account_not_found', 'campaign_not_found', 'media_file_not_found'],
    conflict: ['media_being_deleted', 'changed_meanwhile'],
    unprocessable: ['invalid_values', 'unpublishable', ...linkFaults, 'item_too_large'],
  },
  etag: true,
  maxBodyBytes: largestBody,
  location: '/v1/posts/{id}',
});

export const operations = [
  createTemplate,
  listTemplates,
  getTemplate,
  changeTemplate,
  deleteTemplate,
  previewTemplate,
  useTemplate,
] as const;
