/** Values in the order they came, each given to one taker; once closed, takers without a value fail. */
export class Queue<Value> {
  readonly #values: Value[] = [];
  readonly #takers: { resolve(value: Value): void; reject(reason: Error): void }[] = [];
  #closed: Error | undefined;

  get waiting(): number {
    return this.#values.length;
  }

  put(value: Value): void {
    const taker = this.#takers.shift();
    if (taker) taker.resolve(value);
    else this.#values.push(value);
  }

  take(): Promise<Value> {
    const value = this.#values.shift();
    if (value !== undefined) return Promise.resolve(value);
    if (this.#closed) return Promise.reject(this.#closed);
    return new Promise((resolve, reject) => this.#takers.push({ resolve, reject }));
  }

  close(reason: Error): void {
    this.#closed = reason;
    for (const taker of this.#takers.splice(0)) taker.reject(reason);
  }
}
