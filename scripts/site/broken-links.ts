import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A page, where it leads, and the anchors that it has itself. */
interface Page {
  readonly links: readonly string[];
  readonly anchors: ReadonlySet<string>;
}

const here = /^https:\/\/github\.com\/diffgan\/diffgan\/(?:blob|tree)\/main\/([^#]*)/;

/**
 * Links and pictures of the files below a folder, `.html` and `.md`, that lead nowhere: to a file that is not there, to an anchor that its page
 * does not have, or to where no folder below an address can find it (`/x`). Links into this repository, at `root`, are looked up in it; others
 * are not followed.
 */
export function brokenLinks(folder: string, files: readonly string[], root: string): string[] {
  const pages = new Map<string, Page>();
  const pageAt = (path: string): Page => {
    if (!pages.has(path)) pages.set(path, readPage(path));
    return pages.get(path)!;
  };
  const fault = (file: string, link: string): string | undefined => {
    const inRepository = here.exec(link);
    if (inRepository)
      return existsSync(join(root, decodeURI(inRepository[1]))) ? undefined : 'is not in the repository';
    if (/^(https?:|mailto:|data:|javascript:)/.test(link)) return undefined;
    if (link.startsWith('/')) return 'holds at the top of a host alone';
    const [path, anchor = ''] = decodeURI(link).split('#');
    const target = path === '' ? join(folder, file) : join(folder, dirname(file), path.replace(/\?.*/, ''));
    if (!existsSync(target)) return 'is not there';
    const html = statSync(target).isDirectory() ? join(target, 'index.html') : target;
    if (anchor === '' || !/\.(html|md)$/.test(html)) return undefined;
    return pageAt(html).anchors.has(anchor) ? undefined : 'has no such anchor';
  };
  return files.flatMap((file) =>
    [...new Set(pageAt(join(folder, file)).links)].flatMap((link) => {
      const why = fault(file, link);
      return why === undefined ? [] : [`${file}: ${link} ${why}`];
    }),
  );
}

/** Files below a folder that end like this, without builds, dependencies and hidden folders. */
export function filesBelow(folder: string, end: string, path = ''): string[] {
  return readdirSync(join(folder, path), { withFileTypes: true }).flatMap((entry) => {
    const name = join(path, entry.name);
    if (entry.isFile()) return name.endsWith(end) ? [name] : [];
    const besides = /^(\..*|node_modules|dist|site|runs)$/.test(entry.name) && name !== 'packages/runs';
    return entry.isDirectory() && !besides ? filesBelow(folder, end, name) : [];
  });
}

function readPage(path: string): Page {
  const text = readFileSync(path, 'utf8');
  return path.endsWith('.md') ? markdownPage(text) : htmlPage(text);
}

function htmlPage(html: string): Page {
  const values = (names: string) =>
    [...html.matchAll(new RegExp(`<[^>]*?\\s(?:${names})="([^"]*)"`, 'g'))].map(([, v]) => plain(v));
  return { links: [...values('href'), ...values('src')], anchors: new Set(values('id')) };
}

const plain = (text: string): string =>
  text.replaceAll('&amp;', '&').replaceAll('&quot;', '"').replaceAll('&#39;', "'");

function markdownPage(markdown: string): Page {
  const prose = markdown
    .replace(/^( *)```[\s\S]*?^\1```/gm, '')
    .replace(/`[^`\n]*`/g, (code) => code.replaceAll('](', '] ('));
  const links = [...prose.matchAll(/\]\(<?([^)>\s]+)[^)]*\)|^\[[^\]]+\]: +(\S+)/gm)].map(
    ([, link, named]) => link ?? named,
  );
  const headings = [...prose.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => slug(heading));
  const anchors = new Set(
    headings.map((name, i) => numbered(name, headings.slice(0, i).filter((n) => n === name).length)),
  );
  const { links: embedded } = htmlPage(prose);
  return { links: [...links, ...embedded], anchors };
}

/** The anchor of a heading as GitHub makes it. */
const slug = (heading: string): string =>
  heading
    .replace(/\]\([^)]*\)/g, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-');

const numbered = (name: string, before: number): string => (before === 0 ? name : `${name}-${before}`);
