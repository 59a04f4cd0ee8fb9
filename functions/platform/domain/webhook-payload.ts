/** Largest body that is sent, in bytes (Standard Webhooks: payload size). */
export const maxPayloadBytes = 20_000;

interface Told {
  id: string;
  workspaceId: string;
  entityId: string;
  entityVersion: number;
  occurredAt: string;
  actor: { type: string; id: string };
  correlationId: string;
  data: unknown;
}

const tooLarge = 'The details of this event are too large for a webhook. Get the entity by its id.';

/**
 * Returns the body of a delivery (Standard Webhooks: type, timestamp, data): ids and the event's own fields. If that
 * would be too large, the fields are replaced by a note.
 */
export const payloadOf = (type: string, event: Told): string => {
  const { id: eventId, workspaceId, entityId, entityVersion, occurredAt: timestamp, actor, correlationId } = event;
  const ids = { eventId, workspaceId, entityId, entityVersion, actor, correlationId };
  const whole = JSON.stringify({ type, timestamp, data: { ...ids, details: event.data } });
  if (Buffer.byteLength(whole) <= maxPayloadBytes) return whole;
  return JSON.stringify({ type, timestamp, data: { ...ids, details: null, note: tooLarge } });
};
