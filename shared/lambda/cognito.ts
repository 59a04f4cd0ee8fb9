import * as z from 'zod';

/** A Cognito trigger's event: the trigger fills `response` and gives the event back. */
export type TriggerEvent = Record<string, unknown> & { triggerSource: string };

/** Answers Cognito's triggers by `triggerSource`. */
export type Triggers = Readonly<Record<string, (event: TriggerEvent) => Promise<TriggerEvent>>>;

const Trigger = z.looseObject({ triggerSource: z.string() });

export const isTrigger = (event: object): event is TriggerEvent => Trigger.safeParse(event).success;

/** @throws Error for a trigger this context does not answer: the pool was configured for more than the code knows. */
export const cognitoHandler =
  (triggers: Triggers) =>
  async (event: TriggerEvent): Promise<TriggerEvent> => {
    const trigger = Object.hasOwn(triggers, event.triggerSource) ? triggers[event.triggerSource] : undefined;
    if (!trigger) throw new Error(`No answer to the Cognito trigger ${event.triggerSource}`);
    return trigger(event);
  };
