/** The state of the page as its address has it: a view, and what was chosen in it. */
export interface PageState {
  readonly view: string;
  readonly chosen: URLSearchParams;
}

/** What the address says. */
export function readAddress(): PageState {
  const [view, query = ''] = location.hash.slice(1).split('?');
  return { view, chosen: new URLSearchParams(query) };
}

/** Makes the address say it, without an entry in the history unless the view is another one. */
export function writeAddress({ view, chosen }: PageState): void {
  const query = String(chosen);
  const address = `#${view}${query && `?${query}`}`;
  if (address === location.hash) return;
  if (readAddress().view === view || location.hash === '') history.replaceState(null, '', address);
  else history.pushState(null, '', address);
}
