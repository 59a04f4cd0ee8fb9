/**
 * The text, with a blank behind it where every object has something of that name (`constructor`): Vega and
 * write-excel-file look texts up in objects, and would take what they find there for their own.
 */
export const ownText = (text: string): string => (text in {} ? `${text} ` : text);
