/**
 * `saddlepoint serve [folders…]`: works without an engine.
 *
 * @module
 */
import type { Command } from 'commander';
import type { ServeOptions } from '../../live/index.js';
import { wholeNumber } from '../options.js';

export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description('Show runs in a browser as they train: curves, pictures, time left, reports. Changes nothing.')
    .argument('[folders...]', 'folders with runs in them', ['runs'])
    .option('--port <n>', 'where to listen (default: any that is free)', wholeNumber(0))
    .option('--host <address>', 'who may look: 0.0.0.0 for everybody in the network', '127.0.0.1')
    .action(async (folders: string[], options: ServeOptions) => {
      const { serveRuns } = await import('../../live/index.js');
      const view = await serveRuns(folders, options);
      process.stdout.write(`${view.url}\nCtrl-C ends it.\n`);
      await new Promise<void>((end) => {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => end());
      });
      await view.close();
    });
}
