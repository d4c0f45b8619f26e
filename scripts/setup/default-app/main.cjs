// The stand-in Electron lacks the small application that lets the official one open a folder given on the command line:
// this one takes its place, and like it uses a few functions that Electron keeps for that purpose.
const { app } = require('electron');
const { readFileSync } = require('node:fs');
const { join, resolve } = require('node:path');

/** @typedef {Electron.App & { setVersion(version: string): void, setAppPath(folder: string): void }} InternalApp */

const argument = process.argv.slice(1).find((text) => !text.startsWith('-'));
if (argument) {
  const folder = resolve(argument);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const internal = /** @type {InternalApp} */ (app);
  Object.assign(process, { defaultApp: true });
  internal.setName(manifest.productName || manifest.name);
  internal.setVersion(manifest.version || '0.0.0');
  internal.setAppPath(folder);
  require(join(folder, manifest.main || 'index.js'));
} else {
  process.stderr.write('Name the folder of the application to open.\n');
  app.exit(1);
}
