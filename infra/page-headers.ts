/**
 * What goes with every static page, wherever it is served: by CloudFront (infra/stacks/edge.ts) and, on this machine, by
 * the front door. A page carries an authorization code or a token in its address: it loads nothing from elsewhere, tells
 * no one where it is, and is kept nowhere (OWASP: HTTP Headers Cheat Sheet).
 */
export const pageHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;
