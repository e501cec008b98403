import { schemaPath } from '../schema-text.ts';
import type { GraphiqlOptions } from './routes.ts';

/** What of a gateway decides which ways on there are. */
export interface Shown {
  readonly introspection: boolean;
  /** Whether only trusted documents run. */
  readonly isTrusted: boolean;
  /** Paths of further routes, e.g. `/console`. */
  readonly routes: readonly string[];
}

/** Ways on from the page, of those that this gateway has, and what the schema needs. */
export const pageLinks = ({
  introspection,
  isTrusted,
  routes,
}: Shown): Pick<GraphiqlOptions, 'links' | 'schemaNeeds'> => {
  const schemaNeeds = introspection ? ['schema:read', ...(isTrusted ? ['document:any'] : [])] : null;
  const nothing: readonly string[] = [];
  return {
    schemaNeeds,
    links: [
      ...(schemaNeeds === null ? [] : [{ path: schemaPath, text: 'Schema', needs: schemaNeeds }]),
      ...routes.map((path) => ({ path, text: titleOf(path), needs: nothing })),
      { path: '/readyz', text: 'Health', needs: nothing },
      { path: '/metrics', text: 'Metrics', needs: nothing },
    ],
  };
};

/** `/console` -> `Console`. */
const titleOf = (path: string): string => `${path.charAt(1).toUpperCase()}${path.slice(2)}`;
