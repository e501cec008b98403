/** What a comment before the query of a recipe tells its runner, e.g. `recipe incidentId=1:incidents.nodes.0.incidentId as=demo-ben`. */
export interface RecipeNote {
  /** Variables that an earlier answer has: number of the recipe, and the path in its data. */
  readonly variables: Readonly<Record<string, { readonly recipe: number; readonly path: readonly string[] }>>;
  /** The API key of the caller; absent: nobody in particular. */
  readonly as?: string;
  /** The operation that is called until an action has ended: how often depends on the time. */
  readonly waits?: string;
}

/** A recipe of docs/recipes.md. */
export interface Recipe {
  readonly number: number;
  readonly title: string;
  readonly query: string;
  readonly note: RecipeNote;
  /** What stands behind the query, up to the end of the answer; empty before it was made for the first time. */
  readonly made: string;
}

const form =
  /^## (\d+)\. (.+)\n(?:(?!^## )[\s\S])*?<!-- recipe(.*) -->\n```graphql\n([\s\S]*?)^```\n((?:\n(?:With the variables|Calls to Microsoft).+\n|\n```json\n[\s\S]*?^```\n)*)/gm;

const noteOf = (text: string): RecipeNote => {
  const entries = text
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => word.split('=', 2));
  const { as, waits, ...rest } = Object.fromEntries(entries.map(([name = '', value = '']) => [name, value]));
  const variables = Object.entries(rest).map(([name, value]) => {
    const [recipe = '', path = ''] = value.split(':');
    return [name, { recipe: Number(recipe), path: path.split('.') }] as const;
  });
  return {
    variables: Object.fromEntries(variables),
    ...(as === undefined ? {} : { as }),
    ...(waits === undefined ? {} : { waits }),
  };
};

/** The recipes of a page, in its order. */
export const recipesOf = (page: string): readonly Recipe[] =>
  [...page.matchAll(form)].map(({ 1: number, 2: title = '', 3: note = '', 4: query = '', 5: made = '' }) => ({
    number: Number(number),
    title,
    query,
    note: noteOf(note),
    made,
  }));

/** The page with what `made` gives behind the query of each recipe. */
export const withMade = (page: string, made: (number: number) => string): string =>
  page.replace(form, (whole, number: string, _title, _note, _query, old: string) => {
    const kept = old === '' ? whole : whole.slice(0, -old.length);
    return kept + made(Number(number));
  });
