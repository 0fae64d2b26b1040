/**
 * What a recipe says of its training.
 *
 * @module
 */
import { z } from 'zod';
import { fromRegistries } from '../engine/index.js';
import { attackTraining, commonTraining } from './common-training.js';
import { methodProblems } from './method-problems.js';
import { METHODS, type MethodName } from './methods/index.js';

type Output<Shape extends z.ZodRawShape> = z.output<z.ZodObject<Shape>>;
/** The training of any method; what one method alone has is at its file. Without an attack, nothing attacks. */
export type Training = { method: MethodName } & Output<typeof commonTraining> &
  Partial<Output<ReturnType<typeof attackTraining>>>;

/** The schema of a recipe's `training`, by its method. */
export const trainingSchema = fromRegistries(() => {
  const attacking = attackTraining();
  const methods = METHODS.entries.map(([name, { attacks, objective, options }]) => {
    const maximised = {
      attack: attacking.attack.transform((written) => ({ ...written, objective: written.objective ?? objective })),
    };
    return z.strictObject({
      method: z.literal(name),
      ...commonTraining,
      ...(attacks && { ...attacking, ...(objective && maximised) }),
      ...options,
    });
  }) as unknown as [z.ZodObject<{ method: z.ZodLiteral }>];
  const anyMethod = z.discriminatedUnion('method', methods) as unknown as z.ZodType<Training>;
  return anyMethod.superRefine((training, context) => {
    for (const problem of methodProblems(training)) context.addIssue({ code: 'custom', ...problem });
  });
});
