/**
 * Returns a field of the reply by its path, such as `media.id`. @throws Error (a fault) where the reply has no such
 * string
 */
const fieldOf = (reply: unknown, name: string): string => {
  let value = reply;
  for (const step of name.split('.')) {
    value =
      typeof value === 'object' && value !== null
        ? Object.entries(value).find(([key]) => key === step)?.[1]
        : undefined;
  }
  if (typeof value !== 'string') throw new Error(`The reply has no ${name} to say where it lies`);
  return value;
};

/** Returns where a created resource can be read: `/v1/media/{media.id}`, filled in from the reply. */
export const locationOf = (template: string, reply: unknown): string =>
  template.replace(/\{([\w.]+)\}/g, (_, name: string) => fieldOf(reply, name));
