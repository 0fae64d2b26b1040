/**
 * What was found, in plain words computed from the numbers: the errors without and under attack, how sure they are, and
 * what speaks against them.
 *
 * @module
 */
import type { EvaluationResult, RobustErrorRate } from '../evaluation/results.js';
import { doubtsOf, type Reservation } from './doubts.js';
import { attackSettings, count, interval, list, percent, rateName } from './format.js';
import type { Run } from './read-run.js';
import { type SharedAttack, strongestAttack } from './strongest-attack.js';

/** The finding of a report. */
export interface Finding {
  /** The sentence to remember. */
  readonly headline: string;
  /** How sure it is, and what it was measured with: sentences. */
  readonly basis: readonly string[];
  readonly reservations: readonly Reservation[];
}

/** More runs than this are told by their extremes. */
const MOST_NAMED = 3;

/** A run that was evaluated, and what the sentences call it. */
interface Subject {
  readonly run: Run;
  readonly name: string;
  readonly evaluation: EvaluationResult;
}

/** Reads the finding off the evaluations of the runs. */
export function findingOf(runs: readonly Run[]): Finding {
  const evaluated = runs.filter((run) => run.evaluation.value !== null);
  const names = namesOf(evaluated);
  const subjects = evaluated.flatMap((run, index): Subject[] => {
    const { value } = run.evaluation;
    return value === null ? [] : [{ run, name: names[index] ?? run.name, evaluation: value }];
  });
  const [first, ...others] = subjects;
  if (first === undefined) {
    const none = runs.length === 1 ? 'This run has' : 'These runs have';
    return { headline: `${none} not been evaluated yet.`, basis: [], reservations: [] };
  }
  const attack = strongestAttack(subjects.map(({ evaluation }) => evaluation));
  const cleanErrors = subjects.map(({ evaluation }) => evaluation.clean.error);
  if (attack === null) {
    const why = others.length === 0 ? 'No attack was run.' : 'No attack was run on all of them.';
    const intervals = subjects.map(({ evaluation }) => evaluation.clean.interval);
    return {
      headline: `Without attack ${errors(subjects, cleanErrors)}. ${why}`,
      basis: [sure(intervals, 'the error')],
      reservations: [],
    };
  }
  const { rates } = attack;
  const robustErrors = rates.map(({ robustError }) => robustError);
  const headline =
    others.length === 0
      ? `${capital(first.name)} errs on ${percent(first.evaluation.clean.error)} of images as they are, and on ${percent(rates[0].robustError)} under attack.`
      : `Under attack ${errors(subjects, robustErrors)}.`;
  const without = cleanErrors.length > MOST_NAMED ? [] : [`Without attack they are ${list(cleanErrors.map(percent))}.`];
  return {
    headline,
    basis: [
      sure(rates.map((rate) => rate.interval)),
      ...(others.length === 0 ? [] : without),
      settings(attack, first.evaluation),
    ],
    reservations: subjects.flatMap(({ run, evaluation }, index) => doubtsOf(run.name, rates[index], evaluation)),
  };
}

/** `the network errs on 5.0 % of images; the other on 7.0 %` */
function errors(subjects: readonly Subject[], rates: readonly number[]): string {
  const told = subjects.map(({ name }, index) => ({ name, rate: rates[index] ?? Number.NaN }));
  if (told.length > MOST_NAMED) {
    const sorted = [...told].sort((one, other) => one.rate - other.rate);
    const [least, most] = [sorted[0]!, sorted.at(-1)!];
    return `the errors of ${told.length} networks lie between ${percent(least.rate)} (${least.name}) and ${percent(most.rate)} (${most.name})`;
  }
  return told
    .map(({ name, rate }, index) =>
      index === 0 ? `${name} errs on ${percent(rate)} of images` : `${name} on ${percent(rate)}`,
    )
    .join('; ');
}

/** The interval of each figure of the headline. */
function sure(intervals: readonly RobustErrorRate['interval'][], error = 'the error under attack'): string {
  if (intervals.length > MOST_NAMED) return 'The table below has each with its 95\u00a0% interval.';
  const subject = intervals.length === 1 ? `${error} lies` : 'these errors lie';
  return `With 95\u00a0% confidence ${subject} ${intervals.map(between).join(', and ')}.`;
}

function between(bounds: RobustErrorRate['interval']): string {
  return `between ${interval(bounds).replace(' to ', ' and ')}`;
}

function settings({ rates: [rate], among }: SharedAttack, { clean }: EvaluationResult): string {
  const rank = among > 1 ? `, the strongest of ${among} that were run on these images` : '';
  const other =
    clean.examples === rate.examples ? '' : ` The error without attack is of ${count(clean.examples, 'image')}.`;
  return `The attack: ${rateName(rate)} (${attackSettings(rate)})${rank}.${other}`;
}

/** How a sentence calls the runs: by their training where that tells them apart, else by name. */
function namesOf(runs: readonly Run[]): readonly string[] {
  const trainings = runs.map((run) => run.facts.training);
  const known = trainings.every((training) => training === 'standard' || training === 'adversarial');
  if (!known && runs.length === 1) return ['the network'];
  if (!known || new Set(trainings).size < runs.length) return runs.map((run) => run.name);
  return trainings.map((training, index) => {
    const kind = training === 'standard' ? 'standard' : 'adversarially trained';
    return `the ${kind} ${index === 0 ? 'network' : 'one'}`;
  });
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
