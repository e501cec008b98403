import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RequestHandler, Router } from 'express';
import { escapeHtml } from './graphiql/escape.ts';

/** One page of the documentation that came with the gateway. */
interface DocPage {
  /** Below the folder, e.g. `settings.md`. */
  readonly file: string;
  readonly title: string;
}

/** The nearest folder above that has a `package.json`: sources and package lie at different depths. */
const packageRoot = (folder = dirname(fileURLToPath(import.meta.url))): string =>
  existsSync(join(folder, 'package.json')) || dirname(folder) === folder ? folder : packageRoot(dirname(folder));

/** An index comes first. */
const isIndex = ({ file }: DocPage): boolean => /^(readme|index)\.md$/i.test(file);

const readPages = (folder: string): readonly DocPage[] => {
  const pages = readdirSync(folder)
    .filter((file) => file.endsWith('.md'))
    .toSorted()
    .map((file) => ({ file, title: /^# (.+)$/m.exec(readFileSync(join(folder, file), 'utf8'))?.[1] ?? file }));
  return [...pages.filter(isIndex), ...pages.filter((page) => !isIndex(page))];
};

const indexHtml = (pages: readonly DocPage[]): string => `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Documentation</title></head>
  <body>
    <h1>Documentation</h1>
    <ul>
${pages.map(({ file, title }) => `      <li><a href="/docs/${escapeHtml(file)}">${escapeHtml(title)}</a></li>`).join('\n')}
    </ul>
  </body>
</html>
`;

/** The pages of the folder `docs` as text, below a list of them; `null` where the gateway came without: the image leaves them out. */
export const docsRoutes = (folder = join(packageRoot(), 'docs')): RequestHandler | null => {
  if (!existsSync(folder)) return null;
  const pages = readPages(folder);
  const index = indexHtml(pages);
  const routes = Router();
  routes.get('/', (_request, response) => {
    response.type('html').send(index);
  });
  for (const { file } of pages) {
    routes.get(`/${file}`, (_request, response) => {
      response.sendFile(file, { root: folder, headers: { 'content-type': 'text/plain; charset=utf-8' } });
    });
  }
  return routes;
};
