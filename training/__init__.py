"""Making and judging what the extractor learns: gold annotations, splits, quality tables. Not part of the package."""
