import type { Author } from '../../../shared/actor.ts';
import {
  entityOf,
  entityWriter,
  firstVersion,
  lostUpdate,
  stillAt,
  type Item,
  type Key,
  type PageRequest,
  type Table,
} from '../../../shared/dynamo.ts';
import type { New } from '../../../shared/entity.ts';
import { notFound } from '../../../shared/errors.ts';
import type { Page } from '../../../shared/http/page.ts';
import { Template } from '../domain/template.ts';

export interface TemplateStore {
  /** @throws DomainError `template_not_found`. */
  get(workspaceId: string, templateId: string): Promise<Template>;
  create(template: New<Template>, author: Author): Promise<Template>;
  /** Writes the next version. @throws DomainError `changed_meanwhile`. */
  save(template: Template, author: Author): Promise<Template>;
  /** @throws DomainError `changed_meanwhile` when somebody wrote it since it was read */
  delete(template: Template): Promise<void>;
  /** The newest first. */
  list(workspaceId: string, page: PageRequest): Promise<Page<Template>>;
}

const templateKey = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: `TEMPLATE#${id}` });
const templateItem = (template: Template): Item & Key => ({
  ...template,
  ...templateKey(template.workspaceId, template.id),
  type: 'template',
});

export const templateStore = (table: Table): TemplateStore => {
  const save = entityWriter(table, templateItem);
  return {
    async get(workspaceId, templateId) {
      const item = await table.get(templateKey(workspaceId, templateId));
      if (!item) throw notFound('template');
      return entityOf(Template, item);
    },
    create: (template, author) => save(firstVersion(template, table.now(), author), author),
    save,
    async delete({ workspaceId, id, version }) {
      const condition = stillAt(version);
      if (!(await table.transact([{ delete: templateKey(workspaceId, id), condition }]))) throw lostUpdate();
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
