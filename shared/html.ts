/** Escapes a text for HTML, between tags and in quoted attributes (WHATWG HTML: character references). */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
