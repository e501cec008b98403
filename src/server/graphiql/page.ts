import type { GraphiqlAssets } from './assets.ts';

/** A worked example, shown as a tab. */
export interface Example {
  /** One line on what it shows, put above the query as a comment. */
  readonly name: string;
  /** One named operation: the tab is called after it. */
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** What the page shows. */
export interface PageOptions {
  readonly title: string;
  /** Path of the GraphQL endpoint on this server. */
  readonly endpoint: string;
  readonly examples: readonly Example[];
  /** What the headers editor of each tab holds at first. */
  readonly defaultHeaders: Readonly<Record<string, string>>;
  readonly assets: GraphiqlAssets;
}

/**
 * The GraphiQL page. It holds no script of its own: settings travel as inert JSON that `start.js` reads, so the policy can
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
    <script type="application/json" id="settings">${inertJson({ title, ...settings })}</script>
  </head>
  <body>
    <div id="graphiql"><p class="loading">Loading…</p></div>
    <noscript>This page needs JavaScript. The endpoint is ${escapeHtml(settings.endpoint)}.</noscript>
  </body>
</html>
`;

const htmlEscapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (character) => htmlEscapes[character] ?? '');

/** JSON that cannot end the script element it stands in. */
const inertJson = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c');
