// Runs in the browser after React and GraphiQL: finds out who calls, then opens GraphiQL with what they may ask.
import { keepAccessible } from './accessible.js';
import { createAsking } from './ask.js';
import { askCaller, callerLine, callerNotice, checkCredential } from './caller.js';
import { dropCredential, heldCredential, holdCredential } from './credential.js';
import { forgetTabs, mountEditor } from './editor.js';
import { examplesFor } from './examples.js';
import { showLinks } from './links.js';
import { beginSignIn, finishSignIn } from './sign-in.js';

const settings = JSON.parse(document.getElementById('settings').textContent);
const { endpoint, ways } = settings;
const ask = createAsking(endpoint, ways?.signIn ?? null);
const element = (id) => document.getElementById(id);
const say = (id, text) => {
  element(id).textContent = text;
};

const signOut = () => {
  dropCredential();
  location.reload();
};

/** Shows the greeting, with what was wrong with the last attempt. */
const greet = (refusal = '') => {
  element('graphiql').hidden = true;
  element('greeting').hidden = false;
  say('refusal', refusal);
  (element('key') ?? element('entra'))?.focus();
};

/** Opens GraphiQL for a caller; `null`: nobody was asked for. */
const open = (caller) => {
  const has = (needs) => needs.every((need) => caller === null || caller.permissions.includes(need));
  const isKnown = caller !== null && caller.kind !== 'ANONYMOUS';
  const owner = isKnown ? `${caller.kind}:${caller.name}` : '';
  const mayReadSchema = settings.schemaNeeds !== null && has(settings.schemaNeeds);
  if (element('greeting') !== null) element('greeting').hidden = true;
  element('graphiql').hidden = false;

  if (caller !== null) {
    say('caller', callerLine(caller));
    say('notice', callerNotice(caller, mayReadSchema));
    const change = element('change-caller');
    change.hidden = !isKnown && !ways.keys && !ways.tokens;
    change.textContent = isKnown ? 'Sign out' : 'Sign in';
    change.onclick = isKnown ? signOut : () => greet();
  }
  showLinks(
    element('links'),
    settings.links.filter(({ needs }) => has(needs)),
  );

  const examples =
    settings.examples.length > 0 ? settings.examples : examplesFor(settings.roleExamples, caller ?? { grants: [] });
  const startOver = element('start-over');
  startOver.hidden = examples.length === 0;
  startOver.onclick = () => {
    forgetTabs(owner);
    location.reload();
  };
  keepAccessible(element('graphiql'));
  mountEditor({
    ...{ ask, examples, owner, mayReadSchema },
    defaultHeaders: settings.defaultHeaders,
    onRefused: () => {
      say('notice', 'The gateway does not take this key or sign-in any more. Sign in again: your tabs stay.');
      element('change-caller').textContent = 'Sign in again';
    },
  });
};

/** Opens GraphiQL for the caller of this tab; greets where the gateway does not know its credential, which is dropped then. */
const enter = async () => {
  try {
    open(await askCaller(ask));
  } catch (error) {
    if (error.refused) dropCredential();
    greet(error.message);
  }
};

const listen = () => {
  element('key-form')?.addEventListener('submit', async (event) => {
    event.preventDefault();
    const credential = element('key').value.trim();
    element('key').value = '';
    try {
      checkCredential(credential);
    } catch (error) {
      return greet(error.message);
    }
    holdCredential(credential);
    // GraphiQL may be open for the anonymous: it is begun anew.
    if (element('graphiql').querySelector('.graphiql-container') === null) return enter();
    location.reload();
  });
  element('entra')?.addEventListener('click', () => beginSignIn(ways.signIn).catch((error) => greet(error.message)));
};

const begin = async () => {
  if (ways === null) return open(null);
  listen();
  const signedIn = ways.signIn === null ? null : await finishSignIn(ways.signIn);
  if (signedIn !== null) holdCredential(signedIn.token, signedIn.renewal);
  if (heldCredential() === null && !ways.anonymous) return greet();
  return enter();
};

begin().catch((error) => greet(error.message));
