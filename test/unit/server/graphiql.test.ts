import { expect, test } from 'vitest';
import { docsRoutes } from '../../../src/server/docs.ts';
import { openPage } from '../../support/browser.ts';
import { startTinyServer, type TinyDeps } from '../../support/tiny-server.ts';

const examples = [
  {
    name: 'The riskiest machine',
    query: `query MachinesAtRisk($first: Int) {
  machines(first: $first) {
    nodes {
      computerDnsName
      riskScore
    }
  }
}
`,
    variables: { first: 1 },
  },
  {
    name: 'Hello',
    query: `query Hello {
  hello(name: "</script><b>")
  explain
}
`,
  },
];

/** A browser starts slowly on a busy machine. */
const timeoutMs = 60_000;

test(
  'GraphiQL loads under its policy without a fault, from this server alone, and runs its examples',
  async () => {
    const { url } = await startTinyServer({ examples });
    const { page, faults, hosts } = await openPage(url);
    const result = page.locator('.result-window');
    await page.locator('.graphiql-execute-button').waitFor();
    expect(await page.title()).toBe('Defender Gateway');
    expect(await page.locator('.graphiql-tab').allInnerTexts()).toEqual(['MachinesAtRisk', 'Hello']);
    await page.getByText('# The riskiest machine').waitFor();

    await page.locator('.graphiql-execute-button').click();
    await result.filter({ hasText: 'lap-017.contoso.example' }).waitFor();
    expect(await result.textContent(), 'the example came with its variables').not.toContain('srv-web-02');

    await page.getByRole('button', { name: 'Hello', exact: true }).click();
    await page.locator('.graphiql-execute-button').click();
    await result.filter({ hasText: 'Hello </script><b>' }).waitFor();
    expect(await result.textContent(), 'the default headers were sent').toContain('"explain": "1"');

    // GraphiQL keeps query and tabs at two moments; between them a reload would find a query that is on no tab.
    const kept = async (key: string) => {
      const { origins } = await page.context().storageState();
      return origins[0]?.localStorage.find(({ name }) => name === `graphiql:${key}`)?.value;
    };
    await expect.poll(() => kept('query'), { timeout: 10_000 }).toContain('query Hello');
    await expect.poll(() => kept('tabState'), { timeout: 10_000 }).toContain('"activeTabIndex":1');
    await page.reload();
    await page.locator('.graphiql-execute-button').waitFor();
    expect(await page.locator('.graphiql-tab').allInnerTexts(), 'tabs outlive a reload').toHaveLength(examples.length);

    expect(faults).toEqual([]);
    expect([...hosts]).toEqual([new URL(url).host]);
  },
  timeoutMs,
);

test('the page forbids inline scripts, eval, frames and other hosts', async () => {
  const { url } = await startTinyServer();
  const response = await fetch(url);
  const policy = (response.headers.get('content-security-policy') ?? '').split(';');
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self'");
  expect(policy).toContain("connect-src 'self'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy.join(';')).not.toContain('unsafe-eval');
  expect(await response.text()).not.toMatch(/<script(?![^>]*(src=|application\/json))/);
});

test('Entra alone may be asked besides, where users sign in with it', async () => {
  const signIn = { clientId: 'c', scope: 's', authority: 'https://login.example/tenant' };
  const { url } = await startTinyServer({ ways: { anonymous: false, keys: true, tokens: true, signIn } });
  const response = await fetch(url);
  const policy = (response.headers.get('content-security-policy') ?? '').split(';');
  expect(policy).toContain("connect-src 'self' https://login.example");
  const html = await response.text();
  expect(html).toContain('Sign in with Microsoft Entra');
  expect(html, 'a form that is sent by hand puts the key nowhere').not.toMatch(/<input[^>]* name=/);
});

test.each<[string, Partial<TinyDeps>, readonly string[]]>([
  ['all', {}, ['/schema.graphql', '/readyz', '/metrics']],
  ['no schema that nobody may read', { server: { graphiql: true, introspection: false } }, ['/readyz', '/metrics']],
  [
    'further routes',
    { routes: { '/console': (_request, response) => response.end() } },
    ['/schema.graphql', '/console', '/readyz', '/metrics'],
  ],
])('its links lead where this gateway answers: %s', async (_name, deps, expected) => {
  const { url } = await startTinyServer(deps);
  const settings = /id="settings">(.*?)<\/script>/.exec(await (await fetch(url)).text())?.[1] ?? '{}';
  const links: readonly { readonly path: string }[] = JSON.parse(settings).links;
  expect(links.map(({ path }) => path)).toEqual(expected);
  for (const { path } of links) expect((await fetch(`${url}${path}`)).status, path).toBe(200);
});

test('the pages of the docs are listed, and shown as text', async () => {
  const routes = docsRoutes('docs');
  const { url } = await startTinyServer(routes === null ? {} : { routes: { '/docs': routes } });
  const list = await (await fetch(`${url}/docs`)).text();
  const paths = [...list.matchAll(/href="([^"]+)"/g)].map(([, path]) => path);
  expect(paths).toEqual(expect.arrayContaining(['/docs/settings.md', '/docs/errors.md']));
  const page = await fetch(`${url}/docs/settings.md`);
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
  expect(await page.text()).toContain('# Settings');
  expect((await fetch(`${url}/docs/..%2Fpackage.json`)).status, 'and nothing else').toBe(404);
  expect(docsRoutes('no-such-folder'), 'an image without them').toBeNull();
});

test('its files may be kept for ever, since their path names the version', async () => {
  const { url } = await startTinyServer();
  const page = await (await fetch(url)).text();
  const paths = [...page.matchAll(/(?:src|href)="(\/graphiql\/[^"]+)"/g)].map(([, path = '']) => path);
  expect(paths).toHaveLength(6);
  const start = paths.find((path) => path.endsWith('/start.js')) ?? '';
  const modules = [...(await (await fetch(`${url}${start}`)).text()).matchAll(/from '\.\/([\w-]+\.js)'/g)];
  expect(modules.length).toBeGreaterThan(4);
  paths.push(...modules.map(([, name = '']) => start.replace('start.js', name)));
  for (const path of paths) {
    const response = await fetch(`${url}${path}`);
    expect(response.status, path).toBe(200);
    expect(response.headers.get('cache-control'), path).toBe('public, max-age=31536000, immutable');
  }
});

test('nothing of it is served when it is switched off', async () => {
  const { url } = await startTinyServer({ server: { graphiql: false, introspection: true } });
  expect((await fetch(url)).status).toBe(404);
});
