import * as z from 'zod';

/** A Cognito trigger's event. The trigger fills in `response` and returns the event. */
export type TriggerEvent = Record<string, unknown> & { triggerSource: string };

/** Handlers of Cognito's triggers, by `triggerSource`. */
export type Triggers = Readonly<Record<string, (event: TriggerEvent) => Promise<TriggerEvent>>>;

const Trigger = z.looseObject({ triggerSource: z.string() });

export const isTrigger = (event: object): event is TriggerEvent => Trigger.safeParse(event).success;

/** @throws Error for a trigger without a handler: the user pool is configured with more triggers than the code has. */
export const cognitoHandler =
  (triggers: Triggers) =>
  async (event: TriggerEvent): Promise<TriggerEvent> => {
    const trigger = Object.hasOwn(triggers, event.triggerSource) ? triggers[event.triggerSource] : undefined;
    if (!trigger) throw new Error(`No answer to the Cognito trigger ${event.triggerSource}`);
    return trigger(event);
  };
