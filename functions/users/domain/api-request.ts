/**
 * A request to the API as a mail names it: `API request GET https://…`. Whoever opens the address in a browser gets 401,
 * so it never stands there without these words.
 */
export const apiRequest = (publicUrl: string, method: 'GET' | 'POST' | 'PUT', path: string): string =>
  `API request ${method} ${publicUrl}${path}`;
