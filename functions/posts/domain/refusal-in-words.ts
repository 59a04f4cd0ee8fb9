import type { DomainError } from '#shared/errors.ts';

/** What stands against a post, for those who did not send the request: its first code, and each field by its path. */
export const inWords = ({ code, message, fields }: DomainError): { code: string; message: string } => {
  const said = fields.map((field) => `"${field.path.replace(/^body\./, '')}" ${field.message}`);
  return { code: fields[0]?.code ?? code, message: said.length > 0 ? `${said.join('; ')}.` : message };
};
