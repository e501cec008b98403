import type { Estate } from './stand-in.ts';

/** A list of the graph, as tests read it page by page. */
export interface Listed {
  readonly list: {
    readonly nodes: readonly { readonly key: string }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    readonly failures: readonly { readonly code: string; readonly message: string }[];
    readonly truncated: boolean;
  } | null;
}

/** Which list of which tenant, and the field that tells its rows apart. */
export interface Asked {
  readonly tenant: string;
  readonly list: string;
  readonly key: string;
  /** Further arguments, e.g. `first: 50`. */
  readonly rest?: string;
}

/** One page. */
export const readPage = (
  estate: Pick<Estate, 'ask'>,
  { tenant, list, key, rest = 'first: 50' }: Asked,
  after: string | null,
) =>
  estate.ask<Listed>(
    `query ($after: String) { list: ${list}(tenants: ["${tenant}"], after: $after, ${rest}) {
      nodes { key: ${key} } pageInfo { hasNextPage endCursor } truncated failures { code message } } }`,
    { after },
  );

/** More pages than any list of a test has. */
const mostPages = 150;

/** The keys of all rows, and all that was said beside them. `between`: what happens between two pages. */
export const readAll = async (
  estate: Pick<Estate, 'ask'>,
  asked: Asked,
  between = () => {},
): Promise<{ readonly found: readonly string[]; readonly said: readonly string[] }> => {
  const found: string[] = [];
  const said: string[] = [];
  let after: string | null = null;
  for (let pages = 0; pages < mostPages; pages += 1) {
    const { data, errors } = await readPage(estate, asked, after);
    said.push(...errors.map(({ message }) => message));
    if (data.list === null) return { found, said };
    const { nodes, failures, pageInfo, truncated } = data.list;
    found.push(...nodes.map((node) => node.key));
    said.push(...failures.map(({ code, message }) => `${code} ${message}`), ...(truncated ? ['truncated'] : []));
    if (!pageInfo.hasNextPage) return { found, said };
    after = pageInfo.endCursor;
    between();
  }
  return { found, said: [...said, 'does not end'] };
};
