// Runs in the browser after React and GraphiQL: mounts the page with the settings that the server put into it.
(() => {
  const { title, endpoint, examples, defaultHeaders } = JSON.parse(document.getElementById('settings').textContent);
  const { createElement } = globalThis.React;
  const { createRoot } = globalThis.ReactDOM;
  const { GraphiQL } = globalThis;

  const headers = JSON.stringify(defaultHeaders, null, 2);
  const tabs = examples.map(({ name, query, variables }) => ({
    query: `# ${name}\n${query}`,
    headers,
    ...(variables === undefined ? {} : { variables: JSON.stringify(variables, null, 2) }),
  }));

  // Just after a change of tab GraphiQL still sends the operation name of the tab that was left.
  const send = GraphiQL.createFetcher({ url: endpoint });
  const fetcher = ({ operationName, ...request }, options) =>
    send(request.query.includes(operationName) ? { operationName, ...request } : request, options);

  // GraphiQL opens its first tab without that tab's variables; once visitors have tabs of their own it restores those whole.
  const firstVisit = localStorage.getItem('graphiql:tabState') === null;
  const firstVariables = firstVisit ? tabs[0]?.variables : undefined;

  createRoot(document.getElementById('graphiql')).render(
    createElement(
      GraphiQL,
      {
        fetcher,
        defaultHeaders: headers,
        defaultEditorToolsVisibility: 'variables',
        isHeadersEditorEnabled: true,
        shouldPersistHeaders: false,
        ...(tabs.length === 0 ? {} : { defaultTabs: tabs }),
        ...(firstVariables === undefined ? {} : { variables: firstVariables }),
      },
      createElement(GraphiQL.Logo, null, title),
    ),
  );
})();
