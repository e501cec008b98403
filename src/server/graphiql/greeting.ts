/** How callers of the page say who they are. */
export interface Ways {
  /** Whether callers without a credential are let in. */
  readonly anonymous: boolean;
  /** Whether there are keys. */
  readonly keys: boolean;
  /** Whether Entra's tokens are taken. */
  readonly tokens: boolean;
  /** Sign-in to Entra from the page; `null`: there is none. */
  readonly signIn: SignIn | null;
}

/** Sign-in by authorization code with PKCE, as a single-page application. */
export interface SignIn {
  readonly clientId: string;
  readonly scope: string;
  /** Login origin and tenant, without a slash at the end. */
  readonly authority: string;
}

/** What may be typed in, in words. */
const typedIn = ({ keys, tokens }: Ways): string | null => {
  if (keys && tokens) return 'API key or access token';
  if (keys) return 'API key';
  return tokens ? 'Access token' : null;
};

const entraPart = `
        <p><button type="button" id="entra">Sign in with Microsoft Entra</button></p>`;

/** The field has no name: whatever sends the form, the key is in no address. */
const keyPart = (label: string): string => `
        <form id="key-form">
          <label for="key">${label}</label>
          <div class="field">
            <input id="key" type="password" required autocomplete="off" autocapitalize="off" spellcheck="false" aria-describedby="key-hint">
            <button type="submit">Continue</button>
          </div>
          <p class="hint" id="key-hint">It is kept for this tab of the browser alone, and is gone when you close it or sign out.</p>
        </form>`;

const nobodyPart = `
        <p>Nobody can call this gateway yet: its settings have neither <code>access.apiKeys</code> nor <code>access.entra</code>.</p>`;

/** The panel that asks who calls, hidden until the page knows that it has to ask. */
export const greetingHtml = (ways: Ways): string => {
  const label = typedIn(ways);
  return `      <section id="greeting" aria-labelledby="greeting-title" hidden>
        <h2 id="greeting-title">Sign in</h2>
        <p>One question here is put to Microsoft Defender in every tenant that you may see. The page opens with examples that you may run.</p>
        <p id="refusal" role="alert"></p>${ways.signIn === null ? '' : entraPart}${label === null ? nobodyPart : keyPart(label)}
        <p class="hint">Nothing to sign in with? Ask whoever runs this gateway for a key or a role.</p>
      </section>`;
};
