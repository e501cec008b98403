// GraphiQL itself: its tabs, and how it asks.
import { commentOf } from './examples.js';

const { createElement } = globalThis.React;
const { createRoot } = globalThis.ReactDOM;
const { GraphiQL } = globalThis;

const newTab = `# Ctrl-Space completes names, Ctrl-Enter asks.

`;

const asText = (value) => JSON.stringify(value, null, 2);

/** What GraphiQL keeps in the browser, apart for each caller; the anonymous have its own place. */
const storageOf = (owner) => {
  if (owner === '') return undefined;
  const prefix = `${owner}|`;
  const own = () => Object.keys(localStorage).filter((key) => key.startsWith(prefix));
  return {
    getItem: (key) => localStorage.getItem(prefix + key),
    setItem: (key, value) => localStorage.setItem(prefix + key, value),
    removeItem: (key) => localStorage.removeItem(prefix + key),
    get length() {
      return own().length;
    },
    clear: () => {
      for (const key of own()) localStorage.removeItem(key);
    },
  };
};

/** Where GraphiQL keeps tabs and the text of the open one. */
const tabKeys = ['tabState', 'query', 'variables', 'headers', 'operationName'].map((key) => `graphiql:${key}`);

/** Forgets the caller's tabs, so that the page opens with the examples. */
export const forgetTabs = (owner) => {
  const storage = storageOf(owner) ?? localStorage;
  for (const key of tabKeys) storage.removeItem(key);
};

/** `onRefused` is called when the credential is not taken any more. */
const fetcherOf =
  (ask, onRefused) =>
  async ({ query, variables, operationName }, { headers = {} } = {}) => {
    // Just after a change of tab GraphiQL still sends the operation name of the tab that was left.
    const named = operationName != null && query.includes(operationName) ? { operationName } : {};
    const response = await ask({ query, variables, ...named }, headers);
    if (response.status === 401) onRefused();
    return response.json();
  };

/**
 * Mounts it. `owner`: whose tabs are kept apart, empty for the anonymous; `mayReadSchema`: else it is not asked for, and there are no
 * docs and completions.
 */
export const mountEditor = ({ ask, examples, defaultHeaders, owner, mayReadSchema, onRefused }) => {
  const headers = asText(defaultHeaders);
  const tabs = examples.map(({ name, query, variables }) => ({
    query: `${commentOf(name)}\n${query}`,
    headers,
    ...(variables === undefined ? {} : { variables: asText(variables) }),
  }));
  const storage = storageOf(owner);

  // GraphiQL opens its first tab without that tab's variables; once visitors have tabs of their own it restores those whole.
  const isFirstVisit = (storage ?? localStorage).getItem('graphiql:tabState') === null;
  const firstVariables = isFirstVisit ? tabs[0]?.variables : undefined;

  createRoot(document.getElementById('graphiql')).render(
    createElement(
      GraphiQL,
      {
        fetcher: fetcherOf(ask, onRefused),
        defaultQuery: newTab,
        defaultHeaders: headers,
        defaultEditorToolsVisibility: 'variables',
        isHeadersEditorEnabled: true,
        shouldPersistHeaders: false,
        ...(storage === undefined ? {} : { storage }),
        ...(mayReadSchema ? {} : { schema: null }),
        ...(tabs.length === 0 ? {} : { defaultTabs: tabs }),
        ...(firstVariables === undefined ? {} : { variables: firstVariables }),
      },
      createElement(GraphiQL.Logo, null, ''),
    ),
  );
};
