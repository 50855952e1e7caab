"""Pictures and pages of a built graph, for people who would rather look."""
