import * as events from '#events/posts.ts';
import { entityOf } from '#shared/entities.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Item } from '#shared/table.ts';
import { Template } from '../domain/template.ts';

/** The event of a write to a template. */
export const templateEvents = (after: Item): DomainEvent[] => [templateEvent(entityOf(Template, after))];

const templateEvent = (template: Template): DomainEvent =>
  tell(events.TemplateChanged, template, template.id, {
    requiredVariables: template.variables
      .filter((variable) => variable.isRequired && variable.default === null)
      .map(({ name }) => name),
    variables: template.variables.map(({ name }) => name),
  });
