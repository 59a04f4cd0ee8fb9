import type { Author } from '#shared/actor.ts';
import { createWithin, oneLess } from '#shared/counts.ts';
import { entityOf, entityWriter, firstVersion, lostUpdate, nextVersion, stillAt } from '#shared/entities.ts';
import type { New } from '#shared/entity.ts';
import { notFound } from '#shared/errors.ts';
import type { Page } from '#shared/page.ts';
import { isNew, type Item, type Key, type PageRequest, type Table } from '#shared/table.ts';
import { maxTemplates, maxTemplatesOfOne, Template } from '../domain/template.ts';

export interface TemplateStore {
  /** @throws DomainError `template_not_found`. */
  get(workspaceId: string, templateId: string): Promise<Template>;
  /** Those of these templates that exist, by id. */
  findAll(workspaceId: string, templateIds: readonly string[]): Promise<Map<string, Template>>;
  /** @throws DomainError `too_many_templates`, `too_many_own_templates`. */
  create(template: New<Template>, author: Author): Promise<Template>;
  /** Writes the next version. @throws DomainError `changed_meanwhile`. */
  save(template: Template, author: Author): Promise<Template>;
  /** @throws DomainError `changed_meanwhile` if it was written since it was read */
  delete(template: Template): Promise<void>;
  /** Newest first. */
  list(workspaceId: string, page: PageRequest): Promise<Page<Template>>;
}

const templateKey = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: `TEMPLATE#${id}` });
const templateItem = (template: Template): Item & Key => ({
  ...template,
  ...templateKey(template.workspaceId, template.id),
  type: 'template',
});

/** The name they are counted under. */
const templates = 'TEMPLATES';

export const templateStore = (table: Table): TemplateStore => {
  const save = entityWriter(table, templateItem);
  return {
    async get(workspaceId, templateId) {
      const item = await table.get(templateKey(workspaceId, templateId));
      if (!item) throw notFound('template');
      return entityOf(Template, item);
    },
    async findAll(workspaceId, templateIds) {
      const items = await table.getAll([...new Set(templateIds)].map((id) => templateKey(workspaceId, id)));
      return new Map(items.map((item) => entityOf(Template, item)).map((template) => [template.id, template]));
    },
    async create(template, author) {
      const made = { ...template, createdBy: author.actor };
      const first = nextVersion(firstVersion(made, table.now(), author), table.now(), author);
      const write = { put: templateItem(first), condition: isNew };
      const share = { by: author.actor.id, ...maxTemplatesOfOne };
      await createWithin(table, template.workspaceId, templates, { ...maxTemplates, share }, write);
      return first;
    },
    save,
    async delete({ workspaceId, id, version, createdBy }) {
      const condition = stillAt(version);
      const writes = [
        { delete: templateKey(workspaceId, id), condition },
        oneLess(workspaceId, templates, createdBy?.id),
      ];
      if (!(await table.transact(writes))) throw lostUpdate();
    },
    list: (workspaceId, page) =>
      table.queryPage(
        {
          KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :templates)',
          ExpressionAttributeValues: { ':workspace': workspaceId, ':templates': templateKey(workspaceId, '').sk },
          ScanIndexForward: false,
        },
        page,
        (item) => entityOf(Template, item),
      ),
  };
};
