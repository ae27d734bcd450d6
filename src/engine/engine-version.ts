/**
 * Grows whenever the engine makes something else of a command, or of a state, than it did before. Replicas whose
 * engines differ never serve together: they would come to two states by one log.
 */
export const engineVersion = 2;
