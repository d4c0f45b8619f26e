/** A component without a rune of its own would otherwise be compiled in the mode of Svelte 4, where icons chosen by a value never change. */
export default { compilerOptions: { runes: true } };
