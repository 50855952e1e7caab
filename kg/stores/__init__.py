"""Where a built graph is kept: the output folder, an on-disk store in the cache, triple stores of others."""
