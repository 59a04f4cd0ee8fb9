/**
 * An API request as written in an email: `API request GET https://…`. Opening the URL in a browser returns 401, so it
 * is never shown without these words.
 */
export const apiRequest = (publicUrl: string, method: 'GET' | 'POST' | 'PUT', path: string): string =>
  `API request ${method} ${publicUrl}${path}`;
