/** One part of a multipart/form-data body (RFC 7578). */
interface Part {
  name: string;
  fileName: string | undefined;
  bytes: Buffer;
}

/**
 * Parses multipart/form-data. `Response.formData()` does not work: it decodes parts without a file name as text, and
 * X's clients send media bytes in such parts.
 *
 * @returns undefined when the body is malformed
 */
export function parseMultipart(contentType: string, body: Buffer): Part[] | undefined {
  const boundary = /boundary=(?:"([^"]{1,70})"|([^\s;]{1,70}))/i.exec(contentType);
  const name = boundary?.[1] ?? boundary?.[2];
  if (name === undefined) return undefined;
  const delimiter = Buffer.from(`\r\n--${name}`);
  // The first delimiter has no preceding line break; adding one makes all delimiters alike.
  const text = Buffer.concat([Buffer.from('\r\n'), body]);
  const parts: Part[] = [];
  let at = text.indexOf(delimiter);
  while (at >= 0) {
    const start = at + delimiter.length;
    if (text.subarray(start, start + 2).toString('latin1') === '--') return parts;
    const next = text.indexOf(delimiter, start);
    const part = next < 0 ? undefined : parsePart(text.subarray(start, next));
    if (part === undefined) return undefined;
    parts.push(part);
    at = next;
  }
  return undefined;
}

function parsePart(raw: Buffer): Part | undefined {
  const blank = raw.indexOf('\r\n\r\n');
  if (blank < 0) return undefined;
  const head = raw.subarray(0, blank).toString('utf8');
  const name = /;\s*name="([^"]*)"/i.exec(head)?.[1];
  if (name === undefined) return undefined;
  return { name, fileName: /;\s*filename="([^"]*)"/i.exec(head)?.[1], bytes: raw.subarray(blank + 4) };
}
