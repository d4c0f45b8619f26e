/** The label maps last worked on, so that a gesture does not rebuild its image's from the history. */
export class MapCache {
  readonly #maps = new Map<number, Uint8Array>();
  #bytes = 0;

  /** @param limit bytes kept at most, beyond the newest map */
  constructor(private readonly limit = 256 * 1024 * 1024) {}

  get(imageId: number): Uint8Array | undefined {
    const map = this.#maps.get(imageId);
    if (map) {
      this.#maps.delete(imageId);
      this.#maps.set(imageId, map);
    }
    return map;
  }

  set(imageId: number, map: Uint8Array): void {
    this.drop(imageId);
    this.#maps.set(imageId, map);
    this.#bytes += map.length;
    for (const oldest of this.#maps.keys()) {
      if (this.#bytes <= this.limit || oldest === imageId) return;
      this.drop(oldest);
    }
  }

  drop(imageId: number): void {
    this.#bytes -= this.#maps.get(imageId)?.length ?? 0;
    this.#maps.delete(imageId);
  }
}
