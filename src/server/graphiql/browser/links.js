// Ways on from the page.
import { authorization, heldCredential } from './credential.js';

/** A link carries no credential: what needs one is fetched and saved as a file. */
const save = async (path) => {
  const response = await fetch(path, { headers: authorization() });
  if (!response.ok) throw new Error(`${path} was answered ${response.status}`);
  const url = URL.createObjectURL(await response.blob());
  Object.assign(document.createElement('a'), { href: url, download: path.replace(/^.*\//, '') }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
};

/** Fills `nav` with links. */
export const showLinks = (nav, links) => {
  nav.replaceChildren(
    ...links.map(({ path, text, needs }) => {
      const link = Object.assign(document.createElement('a'), { href: path, textContent: text });
      link.addEventListener('click', (event) => {
        if (needs.length === 0 || heldCredential() === null) return;
        event.preventDefault();
        save(path).catch((error) => {
          document.getElementById('notice').textContent = error.message;
        });
      });
      return link;
    }),
  );
};
