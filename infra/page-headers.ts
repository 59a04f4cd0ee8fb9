/**
 * Headers of every static page, served by CloudFront (infra/stacks/edge.ts) or the local front door. The URL of a page
 * can contain an authorization code or token, so a page loads nothing from elsewhere, sends no referrer and is not
 * cached (OWASP: HTTP Headers Cheat Sheet).
 */
export const pageHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;
