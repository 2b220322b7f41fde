import './style.css';
import { ClothesView } from './clothes/clothes-view.ts';
import { readAddress, writeAddress } from './page/address.ts';
import { PicturesView } from './pictures/pictures-view.ts';
import { PointsView } from './points/points-view.ts';

const views = { points: PointsView, pictures: PicturesView, clothes: ClothesView } as const;
type ViewName = keyof typeof views;

const place = document.querySelector('main')!;
const tabs = document.querySelectorAll<HTMLAnchorElement>('nav a[data-view]');
let shown: { name: ViewName; view: InstanceType<(typeof views)[ViewName]> } | undefined;

/** The view that the address names, made anew with what the address says of it. */
function show(): void {
  const { view: asked, chosen } = readAddress();
  const name: ViewName = Object.hasOwn(views, asked) ? (asked as ViewName) : 'points';
  shown?.view.end();
  const view = new views[name](chosen, (now) => writeAddress({ view: name, chosen: now }));
  shown = { name, view };
  place.replaceChildren(view.root);
  for (const tab of tabs)
    if (tab.dataset.view === name) tab.setAttribute('aria-current', 'page');
    else tab.removeAttribute('aria-current');
}

addEventListener('hashchange', show);
setTimeout(show); // a task of its own: together with the loading of all this it would be a long one

// Without a network too, once it was here; in development there is nothing to keep.
if (import.meta.env.PROD && 'serviceWorker' in navigator) void navigator.serviceWorker.register('./offline.js');
