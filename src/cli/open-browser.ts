import { spawn } from 'node:child_process';

/** The system's own way to open an address. */
const openers: Readonly<Partial<Record<NodeJS.Platform, readonly [command: string, ...args: string[]]>>> = {
  darwin: ['open'],
  // `start` would take `&` of the address for a command.
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/** Opens the address in the user's browser, where there is one. */
export const openBrowser = (url: string): void => {
  const [command, ...args] = openers[process.platform] ?? ['xdg-open'];
  const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true });
  child.on('error', () => {}); // A machine without a browser: the address was printed.
  child.unref();
};
