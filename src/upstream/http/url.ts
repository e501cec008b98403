import type { Operation } from './operation.ts';

/** The address of an operation: `origin` may have a path of its own (a gateway in front of Microsoft's API). */
export const urlOf = (origin: string, operation: Pick<Operation<unknown>, 'path' | 'query'>): string => {
  const pairs = Object.entries(operation.query ?? {}).flatMap(([name, value]) =>
    value === undefined
      ? []
      : [`${name}=${encodeURIComponent(String(value)).replaceAll('%2C', ',').replaceAll('%24', '$')}`],
  );
  return `${origin}${operation.path}${pairs.length === 0 ? '' : `?${pairs.join('&')}`}`;
};

/** A `nextLink`, if it stays on the API's own origin; else null. A token never goes anywhere else. */
export const nextUrl = (origin: string, nextLink: string): string | null => {
  const link = URL.parse(nextLink, origin);
  if (link === null || link.origin !== new URL(origin).origin) return null;
  return link.username === '' && link.password === '' ? link.href : null;
};
