import './style.css';
import { readAddress, writeAddress } from './page/address.ts';

/** Each is loaded when it is shown, as are the charts: one task with all of them would be a long one. */
const views = {
  points: () => import('./points/points-view.ts').then(({ PointsView }) => PointsView),
  pictures: () => import('./pictures/pictures-view.ts').then(({ PicturesView }) => PicturesView),
  clothes: () => import('./clothes/clothes-view.ts').then(({ ClothesView }) => ClothesView),
} as const;
type ViewName = keyof typeof views;

const place = document.querySelector('main')!;
const tabs = document.querySelectorAll<HTMLAnchorElement>('nav a[data-view]');
let shown: { end(): void } | undefined;
let shows = 0;

/** The view that the address names, made anew with what the address says of it. */
async function show(): Promise<void> {
  const { view: asked, chosen } = readAddress();
  const name: ViewName = Object.hasOwn(views, asked) ? (asked as ViewName) : 'points';
  const mine = ++shows;
  for (const tab of tabs)
    if (tab.dataset.view === name) tab.setAttribute('aria-current', 'page');
    else tab.removeAttribute('aria-current');
  const View = await views[name]();
  if (mine !== shows) return; // another view was asked for meanwhile
  shown?.end();
  const view = new View(chosen, (now) => writeAddress({ view: name, chosen: now }));
  shown = view;
  place.replaceChildren(view.root);
}

addEventListener('hashchange', () => void show());
void show();

// Without a network too, once it was here; in development there is nothing to keep.
if (import.meta.env.PROD && 'serviceWorker' in navigator) void navigator.serviceWorker.register('./offline.js');
