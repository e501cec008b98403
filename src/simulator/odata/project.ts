/** Keeps the selected properties of a rendered object, in the service's spelling; annotations (`@odata...`) always stay. */
export function project(
  record: Readonly<Record<string, unknown>>,
  select: readonly string[] | null,
): Readonly<Record<string, unknown>> {
  if (select === null || select.includes('*')) return record;
  const wanted = new Set(select.map((name) => name.toLowerCase()));
  return Object.fromEntries(
    Object.entries(record).filter(([name]) => name.includes('@') || wanted.has(name.toLowerCase())),
  );
}
