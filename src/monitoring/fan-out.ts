/**
 * One monitor that is several.
 *
 * @module
 */
import type { Monitor } from './monitor.js';

/**
 * Passes every call on to each monitor, in their order. A monitor that fails does not keep the others from being
 * flushed and closed; the first failure is thrown then.
 */
export function fanOut(...monitors: readonly Monitor[]): Monitor {
  return {
    scalar: (tag, value, step) => {
      for (const monitor of monitors) monitor.scalar(tag, value, step);
    },
    scalars: (values, step) => {
      for (const monitor of monitors) monitor.scalars(values, step);
    },
    histogram: (tag, values, step) => {
      for (const monitor of monitors) monitor.histogram(tag, values, step);
    },
    image: (tag, png, width, height, step) => {
      for (const monitor of monitors) monitor.image(tag, png, width, height, step);
    },
    text: (tag, text, step) => {
      for (const monitor of monitors) monitor.text(tag, text, step);
    },
    flush: () => {
      each(monitors, (monitor) => {
        monitor.flush();
      });
    },
    close: () => {
      each(monitors, (monitor) => {
        monitor.close();
      });
    },
  };
}

function each(monitors: readonly Monitor[], action: (monitor: Monitor) => void): void {
  const failures: unknown[] = [];
  for (const monitor of monitors) {
    try {
      action(monitor);
    } catch (failure) {
      failures.push(failure);
    }
  }
  if (failures.length > 0) throw failures[0];
}
