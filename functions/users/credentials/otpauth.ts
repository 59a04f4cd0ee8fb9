/** Under which authenticators list the platform. */
const issuer = 'X Marketing Platform';

/** What an authenticator reads from a QR code (Google Authenticator: key URI format): SHA-1, six digits, 30 seconds. */
export const otpauthUri = (email: string, secret: string): string => {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(email)}`;
  return `otpauth://totp/${label}?secret=${secret}&issuer=${encodeURIComponent(issuer)}`;
};
