export const partsOf = (envelope: string): { version: string; body: string } | undefined => {
  const [, version, body] = /^1\.([0-9a-f]{8})\.([A-Za-z0-9_-]+)$/.exec(envelope) ?? [];
  return version === undefined || body === undefined ? undefined : { version, body };
};

/** Returns the version of the key that sealed the envelope; undefined if it is no envelope. */
export const keyVersionOf = (envelope: string): string | undefined => partsOf(envelope)?.version;
