/** Two years of HTTPS only (RFC 6797), as browsers' preload list requires. */
export const httpsOnlySeconds = 63_072_000;

/**
 * Headers of every response of every function, errors included, whichever way the request came. They forbid sniffing,
 * caching and framing, and send no referrer from an opened link (OWASP: REST Security Cheat Sheet, "Security headers").
 * Browsers ignore HSTS over plain HTTP.
 */
export const answerHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': `max-age=${httpsOnlySeconds}; includeSubDomains`,
  'x-content-type-options': 'nosniff',
} as const;

/**
 * Headers of a redirect instead. Every click reaches us, search engines index only the target, and the target gets the
 * referrer it would get from a direct link (the browsers' default), which is how a site counts readers from X.
 */
export const redirectHeaders = {
  'cache-control': 'private, no-store',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'x-robots-tag': 'noindex',
} as const;
