/** For two years browsers speak to the host by HTTPS alone (RFC 6797; what the preload list of browsers asks for). */
export const httpsOnlySeconds = 63_072_000;

/**
 * What goes with every answer of every function, a refusal as well: so it holds on each way to them. Nobody guesses at
 * what a body is, none is kept or shown within another page, and what is opened from one learns nothing of where it was
 * (OWASP: REST Security Cheat Sheet, "Security headers"). Browsers pass HSTS over where there is no HTTPS.
 */
export const answerHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': `max-age=${httpsOnlySeconds}; includeSubDomains`,
  'x-content-type-options': 'nosniff',
} as const;

/**
 * What a redirect has instead. Each click comes to us, search engines list the target alone, and the target learns as much
 * of where its reader was as by a link of its own (the browsers' default): that is how a site counts readers from X.
 */
export const redirectHeaders = {
  'cache-control': 'private, no-store',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'x-robots-tag': 'noindex',
} as const;
