"""Where a built graph is kept: the output folder now, triple stores beside it."""
