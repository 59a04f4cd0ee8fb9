/** Name of the platform in authenticators. */
const issuer = 'X Marketing Platform';

/**
 * Returns the URI for an authenticator's QR code (Google Authenticator: key URI format): SHA-1, six digits, 30 seconds.
 */
export const otpauthUri = (email: string, secret: string): string => {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(email)}`;
  return `otpauth://totp/${label}?secret=${secret}&issuer=${encodeURIComponent(issuer)}`;
};
