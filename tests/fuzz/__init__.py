"""A fuzzer of the project's own: mutated samples and odd option values through ``main``, held to laws."""
