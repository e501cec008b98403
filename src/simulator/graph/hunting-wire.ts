type Cell = readonly [name: string, value: unknown];

function isBag(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The cell, with the annotation that Graph puts beside or into it. */
function wireCell(name: string, value: unknown): readonly Cell[] {
  // Null has no type in an open row: Graph sends an empty object.
  if (value === null || value === undefined) return [[name, {}]];
  if (typeof value === 'boolean') {
    return [
      [`${name}@odata.type`, '#SByte'],
      [name, value ? 1 : 0],
    ];
  }
  if (Array.isArray(value)) {
    // All elements are text: what is not, is JSON in text.
    const texts = value.map((item: unknown) => (typeof item === 'string' ? item : JSON.stringify(item)));
    return [
      [`${name}@odata.type`, '#Collection(String)'],
      [name, texts],
    ];
  }
  if (isBag(value)) return [[name, { '@odata.type': '#microsoft.graph.security.dynamicColumnValue', ...value }]];
  return [[name, value]];
}

/**
 * A row as Graph sends it: an open type, so booleans are SByte 0 or 1 with an annotation, null is `{}`, arrays are of
 * text and bags carry a type of their own. A dynamic that holds a bare boolean keeps it.
 */
export function wireRow(
  row: Readonly<Record<string, unknown>>,
  columns: readonly { readonly name: string; readonly type: string }[],
): Readonly<Record<string, unknown>> {
  const cells = columns.flatMap(({ name, type }): readonly Cell[] => {
    const value = row[name];
    return type === 'Object' && typeof value === 'boolean' ? [[name, value]] : wireCell(name, value);
  });
  return Object.fromEntries(cells);
}
