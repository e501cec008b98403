import type { Answer, Running } from '../support/gateway.ts';

interface ListPage {
  readonly list: {
    readonly nodes: readonly { readonly key: string }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  } | null;
}

/**
 * The keys of every page of a list, in turn. `list`: the field with its arguments but `after`; `key`: the field to tell rows by;
 * `between`: done after each page. Throws when a page is an error, or names a failure.
 */
export const turnPages = async (
  { ask }: Pick<Running, 'ask'>,
  list: string,
  key: string,
  between: (seen: readonly string[]) => void = () => {},
): Promise<string[]> => {
  const query = `query ($after: String) {
    list: ${list.replace(/\)$/, ', after: $after)')} { nodes { key: ${key} } pageInfo { hasNextPage endCursor } }
  }`;
  const keys: string[] = [];
  for (let after: string | null = null; ; ) {
    const answer: Answer<ListPage> = await ask<ListPage>(query, { after });
    const { list: page } = answer.data;
    if (page === null || answer.errors.length > 0) throw new Error(`${list}: ${answer.text.slice(0, 500)}`);
    const { nodes, pageInfo }: NonNullable<ListPage['list']> = page;
    keys.push(...nodes.map((node) => node.key));
    if (!pageInfo.hasNextPage) return keys;
    after = pageInfo.endCursor;
    between(nodes.map((node) => node.key));
  }
};
