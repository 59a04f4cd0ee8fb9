/** A text of a chart, and the position of its baseline in pixels from the chart's top left. */
export interface ChartText {
  text: string;
  x: number;
  y: number;
  /** Degrees, clockwise. */
  angle: number;
  anchor: 'start' | 'middle' | 'end';
  size: number;
  isBold: boolean;
  colour: string;
}

const entities: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };
const unescaped = (text: string): string => text.replace(/&(?:amp|lt|gt);/g, (entity) => entities[entity] ?? entity);

const attributesOf = (tag: string): ReadonlyMap<string, string> =>
  new Map(Array.from(tag.matchAll(/ ([\w-]+)="([^"]*)"/g), ([, name = '', value = '']) => [name, value]));

const movedBy = (transform = ''): { x: number; y: number; angle: number } => {
  const [, x = '0', y = '0'] = /translate\((-?[\d.e-]+),(-?[\d.e-]+)\)/.exec(transform) ?? [];
  const [, angle = '0'] = /rotate\((-?[\d.e-]+)\)/.exec(transform) ?? [];
  return { x: Number(x), y: Number(y), angle: Number(angle) };
};

const textOf = (tag: string, words: string, origin: { x: number; y: number }): ChartText[] => {
  const of = attributesOf(tag);
  // Labels that do not fit are present, but transparent.
  if (of.get('opacity') === '0') return [];
  const { x, y, angle } = movedBy(of.get('transform'));
  const anchor = of.get('text-anchor');
  return [
    {
      ...{ text: unescaped(words), x: origin.x + x, y: origin.y + y, angle },
      anchor: anchor === 'middle' || anchor === 'end' ? anchor : 'start',
      size: Number.parseFloat(of.get('font-size') ?? '11'),
      isBold: of.get('font-weight') === 'bold',
      colour: of.get('fill') ?? '#000',
    },
  ];
};

/**
 * Returns the texts of a chart that Vega drew: each is one element, in groups that are translated but never rotated.
 */
export const textsOf = (svg: string): ChartText[] => {
  const origins = [{ x: 0, y: 0 }];
  const found: ChartText[] = [];
  for (const [tag, close, name, words = ''] of svg.matchAll(/<(\/?)(g|text)\b[^>]*>([^<]*)/g)) {
    const origin = origins.at(-1) ?? { x: 0, y: 0 };
    if (name === 'text' && close === '') found.push(...textOf(tag, words, origin));
    if (name !== 'g' || /\/>/.test(tag)) continue;
    if (close !== '') origins.pop();
    else {
      const { x, y } = movedBy(attributesOf(tag).get('transform'));
      origins.push({ x: origin.x + x, y: origin.y + y });
    }
  }
  return found;
};

/** Returns the chart without its texts. */
export const withoutTexts = (svg: string): string => svg.replace(/<text [^>]*>[^<]*<\/text>/g, '');
