const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** Every value that stands under this name, at any depth of an answer. */
export const valuesUnder = (name: string, value: unknown): readonly unknown[] => {
  if (Array.isArray(value)) return value.flatMap((item) => valuesUnder(name, item));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(key === name ? [inner] : []),
    ...valuesUnder(name, inner),
  ]);
};

/** The tenants that an answer is about: what stands under `tenant`, as a name or as a tenant with its name. */
export const tenantsIn = (answer: unknown): readonly string[] =>
  valuesUnder('tenant', answer).flatMap((tenant) => {
    const name = isObject(tenant) ? tenant.name : tenant;
    return typeof name === 'string' ? [name] : [];
  });

/** What a root field gave, `undefined` where the whole answer has no data. */
export const rootOf = (data: unknown, field: string): unknown => (isObject(data) ? data[field] : undefined);
