import type { Absence, Measurement, Probe } from './measurement.ts';
import { type Result, resultOf, type Samples } from './result.ts';
import type { Target } from './targets/target.ts';

/** Samples of each target, taken in turns and every other round in the opposite order; what fails ends that target's part. */
export async function measure(measurement: Measurement, targets: readonly Target[]): Promise<Result[]> {
  const entrants: Entrant[] = [];
  for (const target of targets) entrants.push(await Entrant.begin(target, measurement));
  for (let round = 0; round < measurement.rounds; round++) {
    for (const entrant of round % 2 ? entrants.toReversed() : entrants) await entrant.sample();
  }
  for (const entrant of entrants) await entrant.end();
  return measurement.figures.map(({ name, unit, goal, isDetail = false }, index) => {
    const row = { name: [measurement.name, name].filter(Boolean).join(', '), unit, goal, isDetail };
    const all = entrants.map((entrant) => entrant.samples(index));
    return resultOf(row, all);
  });
}

/** A target that takes part in a measurement. */
class Entrant {
  readonly #target: Target;
  readonly #measurement: Measurement;
  readonly #rounds: (readonly (number | undefined)[])[] = [];
  readonly #notes: string[] = [];
  #probe: Probe | undefined;
  #absent: Absence | 'failed' | undefined;

  private constructor(target: Target, measurement: Measurement) {
    this.#target = target;
    this.#measurement = measurement;
  }

  static async begin(target: Target, measurement: Measurement): Promise<Entrant> {
    const entrant = new Entrant(target, measurement);
    await entrant.#try(async () => {
      const probe = await measurement.begin(target, (sentence) => entrant.#tell(sentence));
      if (typeof probe === 'string') entrant.#absent = probe;
      else entrant.#probe = probe;
    });
    return entrant;
  }

  async sample(): Promise<void> {
    await this.#try(async () => this.#rounds.push((await this.#probe?.sample()) ?? []));
  }

  async end(): Promise<void> {
    const probe = this.#probe;
    this.#probe = undefined;
    await this.#try(async () => probe?.end());
  }

  samples(figure: number): Samples {
    const rounds = this.#rounds.map((round) => round[figure]);
    return { target: this.#target.name, rounds, absent: this.#absent, notes: this.#notes };
  }

  async #try(work: () => Promise<unknown>): Promise<void> {
    if (this.#absent === 'failed') return;
    try {
      await work();
    } catch (error) {
      this.#tell(`failed: ${error instanceof Error ? error.message : error}`);
      await this.end();
      this.#absent = 'failed';
    }
  }

  /** For the table, and for who waits for it. */
  #tell(sentence: string): void {
    const note = `${this.#measurement.name}, ${this.#target.name}, round ${this.#rounds.length + 1}: ${sentence}`;
    this.#notes.push(note);
    console.error(note);
  }
}
