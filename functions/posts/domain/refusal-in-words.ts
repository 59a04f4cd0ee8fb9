import type { DomainError } from '#shared/errors.ts';

/** Describes a refusal to people who did not send the request: its first code, and each field by its path. */
export const inWords = ({ code, message, fields }: DomainError): { code: string; message: string } => {
  const said = fields.map((field) => `"${field.path.replace(/^body\./, '')}" ${field.message}`);
  return { code: fields[0]?.code ?? code, message: said.length > 0 ? `${said.join('; ')}.` : message };
};
