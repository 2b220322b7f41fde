import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { installDebianPackages, InstallError } from '@diffgan/runtime/node';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'diffgan-debian-'));
  vi.stubEnv('PATH', `${root}:/bin`);
  program('dpkg-query', 'echo "there installed"; exit 1');
  vi.spyOn(process, 'getuid').mockReturnValue(0);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});

function program(name: string, script: string): void {
  writeFileSync(join(root, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(root, name), 0o755);
}

describe('installDebianPackages', () => {
  it('does nothing when all are installed', async () => {
    program('dpkg-query', 'echo "there installed"');
    expect(await installDebianPackages(['there'])).toEqual([]);
  });

  it('installs only what is missing', async () => {
    program('apt-get', `echo "$@" >> ${join(root, 'calls')}`);
    expect(await installDebianPackages(['there', 'absent'])).toEqual(['absent']);
    expect(readFileSync(join(root, 'calls'), 'utf8')).toMatch(/install -y --no-install-recommends absent\n$/);
  });

  it('says before what it installs and how to refuse, and is refused', async () => {
    program('apt-get', `case "$*" in *install*) touch ${root}/installed;; esac`);
    const onProgress = vi.fn(() => {
      expect(existsSync(join(root, 'installed'))).toBe(onProgress.mock.calls.length > 1);
    });
    await installDebianPackages(['absent'], { onProgress });
    expect(onProgress).toHaveBeenNthCalledWith(1, {
      step: 'download',
      message: 'Debian packages: installing absent with apt-get as root (DIFFGAN_APT=no refuses)',
    });
    rmSync(join(root, 'installed'));
    vi.stubEnv('DIFFGAN_APT', 'no');
    await expect(installDebianPackages(['absent'])).rejects.toThrow(/DIFFGAN_APT=no refuses.*`apt-get install absent`/);
    expect(existsSync(join(root, 'installed'))).toBe(false);
    expect(await installDebianPackages(['there'])).toEqual([]);
  });

  it('updates the package lists when the first attempt fails', async () => {
    program('apt-get', `case "$*" in *update*) touch ${root}/fresh;; *install*) [ -e ${root}/fresh ];; esac`);
    expect(await installDebianPackages(['absent'])).toEqual(['absent']);
  });

  it('names the command to run by hand when apt-get fails', async () => {
    program('apt-get', 'case "$*" in *--version*) exit 0;; esac; echo "E: broken" >&2; exit 100');
    await expect(installDebianPackages(['absent'])).rejects.toThrow(/E: broken\. .*`apt-get install absent` as root/);
  });

  it('says when it is not permitted', async () => {
    program('apt-get', 'exit 0');
    program('sudo', 'exit 1');
    vi.spyOn(process, 'getuid').mockReturnValue(1000);
    await expect(installDebianPackages(['absent'])).rejects.toThrow(InstallError);
    await expect(installDebianPackages(['absent'])).rejects.toThrow(/takes root/);
  });
});
