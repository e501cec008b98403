const pair = /^\s*([A-Za-z_]+)\s*=\s*(?:'([^']*)'|"([^"]*)"|(.*?))\s*$/;

/** `tenant_id='..'; client_id='..'` as names and values; `null` when the text is no connection string. */
export const parseConnectionString = (text: string): Readonly<Record<string, string>> | null => {
  // A quoted value may hold a semicolon.
  const parts = text.match(/(?:'[^']*'|"[^"]*"|[^;'"])+/g) ?? [];
  const pairs = parts.filter((part) => part.trim() !== '').map((part) => pair.exec(part));
  if (pairs.length === 0 || pairs.some((found) => found === null)) return null;
  const entries = pairs.flatMap((found) =>
    found === null ? [] : [[found[1] ?? '', found[2] ?? found[3] ?? found[4] ?? ''] as const],
  );
  const names = entries.map(([name]) => name.toLowerCase().replaceAll('_', ''));
  return names.includes('tenantid') ? Object.fromEntries(entries) : null;
};
