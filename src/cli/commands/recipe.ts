/**
 * `saddlepoint recipe`: what a recipe may say, for editors.
 *
 * @module
 */
import type { Command } from 'commander';
import { addImportOption } from '../options.js';
import { printJson } from '../print.js';

export function addRecipeCommand(program: Command): void {
  const recipe = program.command('recipe').description('What a recipe may say.');
  addImportOption(recipe.command('schema'))
    .description('Print the JSON Schema of recipes, by which editors complete and check them.')
    .option('--comparison', 'that of the files of `saddlepoint compare`', false)
    .addHelpText(
      'after',
      '\nWrite it to a file, and begin a recipe with the line\n# yaml-language-server: $schema=recipe.schema.json',
    )
    .action(async ({ comparison }: { comparison: boolean }) => {
      const { comparisonJsonSchema } = await import('../../workflow/comparison-file.js');
      const { recipeJsonSchema } = await import('../../training/index.js');
      printJson(comparison ? comparisonJsonSchema() : recipeJsonSchema());
    });
}
