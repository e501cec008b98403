import type { GraphiqlAssets } from './assets.ts';
import { escapeHtml, inertJson } from './escape.ts';
import { greetingHtml, type Ways } from './greeting.ts';

/** A worked example, shown as a tab. */
export interface Example {
  /** What it shows, in a sentence or two: put above the query as a comment. */
  readonly name: string;
  /** One named operation: the tab is called after it. */
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** An example for callers who have what it needs, in one tenant at least; `role-examples.ts` has them. */
export interface RoleExample extends Example {
  readonly needs: readonly {
    readonly permission: string;
    /** Whether a role that is limited to machines does not give it. */
    readonly ofWholeTenant: boolean;
  }[];
}

/** A way on from the page. */
export interface Link {
  readonly path: string;
  readonly text: string;
  /** Permissions without which it would be refused: it is shown to those who have all of them. */
  readonly needs: readonly string[];
}

/** What the page shows. */
export interface PageOptions {
  readonly title: string;
  /** Path of the GraphQL endpoint on this server. */
  readonly endpoint: string;
  /** Tabs for everybody; none: those of `roleExamples` that the caller may run. */
  readonly examples: readonly Example[];
  readonly roleExamples: readonly RoleExample[];
  /** How callers say who they are; `null`: nobody is asked. */
  readonly ways: Ways | null;
  readonly links: readonly Link[];
  /** What a caller needs to read the schema; `null`: nobody may. */
  readonly schemaNeeds: readonly string[] | null;
  /** What the headers editor of each tab holds at first. */
  readonly defaultHeaders: Readonly<Record<string, string>>;
  readonly assets: GraphiqlAssets;
}

/**
 * The page of GraphiQL. It holds no script of its own: settings travel as inert JSON that `browser/start.js` reads, so the policy can
 * forbid inline scripts.
 */
export const renderPage = ({ title, assets, ...settings }: PageOptions): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${escapeHtml(title)}</title>
    <link rel="icon" href="data:,">
${assets.styles.map(({ path }) => `    <link rel="stylesheet" href="/graphiql/${path}">`).join('\n')}
${assets.scripts.map(({ path }) => `    <script defer src="/graphiql/${path}"></script>`).join('\n')}
    <script type="module" src="/graphiql/${assets.start.path}"></script>
    <script type="application/json" id="settings">${inertJson(settings)}</script>
  </head>
  <body>
    <header class="bar">
      <h1>${escapeHtml(title)}</h1>
      <p id="caller"></p>
      <nav aria-label="More of this gateway" id="links"></nav>
      <button type="button" id="start-over" hidden>Reset to the examples</button>
      <button type="button" id="change-caller" hidden></button>
    </header>
    <p id="notice" role="status"></p>
    <main>
${settings.ways === null ? '' : greetingHtml(settings.ways)}
      <div id="graphiql"><p class="loading">Loading…</p></div>
    </main>
    <noscript>This page needs JavaScript. The endpoint is ${escapeHtml(settings.endpoint)}.</noscript>
  </body>
</html>
`;
