import { readFile } from 'node:fs/promises';
import type { Schema } from './schema.ts';

/** The description of the API. Bodies are checked by the schemas that it tells to clients. */
export interface OpenApi {
  /** The file, as it is. */
  readonly text: string;
  schema(name: string): Schema;
}

export async function loadOpenApi(): Promise<OpenApi> {
  const text = await readFile(new URL('../openapi.json', import.meta.url), 'utf8');
  const { schemas } = (JSON.parse(text) as { components: { schemas: Record<string, unknown> } }).components;
  return {
    text,
    schema(name) {
      if (!Object.hasOwn(schemas, name)) throw new Error(`openapi.json has no schema ${name}`);
      return resolved(schemas[name], schemas) as Schema;
    },
  };
}

/** With what its references (`#/components/schemas/NAME`) mean in their places. */
function resolved(part: unknown, schemas: Readonly<Record<string, unknown>>): unknown {
  if (Array.isArray(part)) return part.map((item) => resolved(item, schemas));
  if (typeof part !== 'object' || part === null) return part;
  const { $ref, ...own } = part as { readonly $ref?: string };
  const named = $ref === undefined ? {} : (resolved(schemas[$ref.split('/').at(-1)!], schemas) as object);
  return {
    ...named,
    ...Object.fromEntries(Object.entries(own).map(([name, value]) => [name, resolved(value, schemas)])),
  };
}
