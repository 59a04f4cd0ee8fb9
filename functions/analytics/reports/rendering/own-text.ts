/**
 * Appends a space to a text that is the name of a property of every object (`constructor`): Vega and write-excel-file
 * look texts up in objects, and would find that property.
 */
export const ownText = (text: string): string => (text in {} ? `${text} ` : text);
