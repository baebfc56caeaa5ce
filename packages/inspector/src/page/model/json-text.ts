/** A piece of JSON text, for colours. `gap` is white space and punctuation. */
export interface JsonPiece {
  readonly kind: 'key' | 'string' | 'number' | 'word' | 'gap';
  readonly text: string;
}

const token = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[{}[\],:]/g;

/**
 * JSON text on lines of its own, piece by piece. Works on the text, not on values: long numbers, repeated keys and escapes
 * stay as they came. Undefined for what is no JSON.
 */
export function prettyJson(text: string): JsonPiece[] | undefined {
  if (!isJson(text)) return undefined;
  const tokens = text.match(token) ?? [];
  const pieces: JsonPiece[] = [];
  let depth = 0;
  let gap = '';
  const flush = (): void => {
    if (gap !== '') pieces.push({ kind: 'gap', text: gap });
    gap = '';
  };
  const newLine = (): void => {
    gap += `\n${'  '.repeat(depth)}`;
  };
  tokens.forEach((part, index) => {
    const next = tokens[index + 1];
    if (part === '{' || part === '[') {
      gap += part;
      depth++;
      if (next === '}' || next === ']') return;
      newLine();
    } else if (part === '}' || part === ']') {
      depth--;
      const previous = tokens[index - 1];
      if (previous !== '{' && previous !== '[') newLine();
      gap += part;
    } else if (part === ',') {
      gap += part;
      newLine();
    } else if (part === ':') {
      gap += ': ';
    } else {
      flush();
      pieces.push({ kind: kindOf(part, next), text: part });
    }
  });
  flush();
  return pieces;
}

/** The same as one string; the text as it is where it is no JSON. */
export const formatJson = (text: string): string =>
  prettyJson(text)
    ?.map((piece) => piece.text)
    .join('') ?? text;

function kindOf(part: string, next: string | undefined): JsonPiece['kind'] {
  if (part.startsWith('"')) return next === ':' ? 'key' : 'string';
  return /^[tfn]/.test(part) ? 'word' : 'number';
}

export const isJson = (text: string): boolean => jsonFlaw(text) === undefined;

/** Why the text is no JSON, in the browser's words. */
export function jsonFlaw(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
